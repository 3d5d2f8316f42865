import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type {
  Compared,
  PolicyAnswer,
  PreviewAnswer,
  SavedAnswer,
  ShadowAnswer,
} from '#lib/live/policy.ts'
import type { Problem } from '#lib/live/wire.ts'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { type DraftCheck, useDraftCheck } from '#lib/query/draft.ts'
import { useSession } from '#lib/query/live.ts'

export type {
  ChangedRow,
  Compared,
  PolicyAnswer,
  PolicyDocument,
  PolicyProblem,
  PreviewAnswer,
  SavedAnswer,
  ShadowAnswer,
  ShadowRow,
  ToldApprover,
  ToldForecast,
  ToldPolicy,
} from '#lib/live/policy.ts'
export { COMPARED, isApproved } from '#lib/live/policy.ts'

const PATH = '/api/policy'
const KEY = ['policy']
/** Somebody else's change, or a decision, shows within this time. */
const POLL_MS = 5_000
export interface Answered<Answer> {
  /** Stays the last known one while a newer is read, also when that fails. */
  readonly answer: Answer | null
  readonly problem: Problem | null
  readonly retry: () => void
}

/** The policy in force, where it is kept, and what this server may do about it. */
export function usePolicy(): Answered<PolicyAnswer> {
  return useAnswer<PolicyAnswer>('document', PATH)
}

/** What the policy in force would have done with each request of the last 24 hours. */
export function useShadow(compared: Compared | null, text: string): Answered<ShadowAnswer> {
  const query = new URLSearchParams()
  if (compared !== null) query.set('show', compared)
  if (text.trim() !== '') query.set('q', text)
  return useAnswer<ShadowAnswer>('shadow', `${PATH}/forecast?${query}`)
}

function useAnswer<Answer>(kind: string, path: string): Answered<Answer> {
  const { api } = useLiveClient()
  const session = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: [...KEY, kind, path],
    queryFn: ({ signal }) => api.json<Answer>(path, { signal }),
    placeholderData: keepPreviousData,
    // Comparing a thousand rows deeply is dearer than drawing the few that are in view.
    structuralSharing: false,
    enabled: session.status === 'signedIn',
    refetchInterval: POLL_MS,
    staleTime: 0,
    gcTime: 60_000,
  })
  return useMemo(
    () => ({
      answer: data ?? null,
      problem: error === null ? null : problemOf(error),
      retry: () => void refetch(),
    }),
    [data, error, refetch],
  )
}

/** What a draft would do, measured against the policy in force. */
export type DraftPreview = DraftCheck<PreviewAnswer>

export function useDraftPreview(text: string, generation: string): DraftPreview {
  return useDraftCheck(`${PATH}/preview`, text, generation)
}

/** Saves a text in place of that version; answers what came of it, and reads the policy again. */
export function useSavePolicy(): (text: string, version: string | null) => Promise<SavedAnswer> {
  const write = useWrite()
  return useCallback((text, version) => write(PATH, { text, version }), [write])
}

/** Lets the automatic approver go on where its brake has stopped it. */
export function useReleaseBrake(): () => Promise<SavedAnswer> {
  const write = useWrite()
  return useCallback(() => write(`${PATH}/release`, {}), [write])
}

/** The kill switch. */
export function usePausePolicy(): (paused: boolean) => Promise<SavedAnswer> {
  const write = useWrite()
  return useCallback((paused) => write(`${PATH}/pause`, { paused }), [write])
}

function useWrite(): (path: string, body: unknown) => Promise<SavedAnswer> {
  const { api } = useLiveClient()
  const queryClient = useQueryClient()
  return useCallback(
    async (path, body) => {
      try {
        return await api.json<SavedAnswer>(path, { method: 'POST', body })
      } catch (error) {
        const { status, detail, causes } = problemOf(error)
        // Without an answer it may have been written.
        return { outcome: status === 0 ? 'unknown' : 'error', detail, causes, problems: [] }
      } finally {
        await queryClient.invalidateQueries({ queryKey: KEY })
      }
    },
    [api, queryClient],
  )
}
