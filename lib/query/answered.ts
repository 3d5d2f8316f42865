import {
  type keepPreviousData,
  type QueryKey,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { useSession } from '#lib/query/live.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** Somebody else's change, a decision, or a machine that arrives, shows within this time. */
const POLL_MS = 5_000

export interface Answered<Answer> {
  /** Stays the last known one while a newer is read, also when that fails. */
  readonly answer: Answer | null
  readonly problem: Problem | null
  readonly retry: () => void
}

/** How an answer is kept, where that is otherwise than react-query does it. */
interface Keeping {
  readonly placeholderData?: typeof keepPreviousData
  readonly structuralSharing?: boolean
  readonly gcTime?: number
}

/** What the stream tells nothing of: asked for again and again. */
export function useAnswer<Answer>(
  queryKey: QueryKey,
  path: string,
  keeping: Keeping = {},
): Answered<Answer> {
  const { api } = useLiveClient()
  const session = useSession()
  const { data, error, refetch } = useQuery({
    ...keeping,
    queryKey,
    queryFn: ({ signal }) => api.json<Answer>(path, { signal }),
    enabled: session.status === 'signedIn',
    refetchInterval: POLL_MS,
    staleTime: 0,
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

/** Nobody has said what came of it. */
interface Unsaid extends Pick<Problem, 'detail' | 'causes'> {
  readonly outcome: 'unknown' | 'error'
  readonly problems: readonly []
}

/** Writes; answers what came of it, and reads anew what is kept under that key. */
export function useWrite<Saved>(
  queryKey: QueryKey,
): (path: string, body: unknown) => Promise<Saved | Unsaid> {
  const { api } = useLiveClient()
  const queryClient = useQueryClient()
  return useCallback(
    async (path, body) => {
      try {
        return await api.json<Saved>(path, { method: 'POST', body })
      } catch (error) {
        const { status, detail, causes } = problemOf(error)
        // Without an answer it may have been written.
        return { outcome: status === 0 ? 'unknown' : 'error', detail, causes, problems: [] }
      } finally {
        await queryClient.invalidateQueries({ queryKey })
      }
    },
    [api, queryClient, queryKey],
  )
}
