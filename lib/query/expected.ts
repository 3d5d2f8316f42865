import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { type ExpectedMachine, type ExpectedMatch, matchExpected } from '#lib/csr/expected.ts'
import type { ExpectedAnswer, ExpectedPreview, ExpectedSaved } from '#lib/live/expected.ts'
import type { ListedMachine } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import type { Problem } from '#lib/live/wire.ts'
import { problemOf } from '#lib/query/api.ts'
import { useLiveClient } from '#lib/query/client.ts'
import { type DraftCheck, useDraftCheck } from '#lib/query/draft.ts'
import { useSession, useSnapshot } from '#lib/query/live.ts'

export type { ExpectedAnswer, ExpectedSaved } from '#lib/live/expected.ts'

const PATH = '/api/expected'
const KEY = ['expected']
/** Somebody else’s change, or a machine that arrives, shows within this time. */
const POLL_MS = 5_000
export interface Expected {
  /** Stays the last known one while a newer is read, also when that fails. */
  readonly answer: ExpectedAnswer | null
  readonly problem: Problem | null
  readonly retry: () => void
}

/** The list of expected machines, as it lies there and as it is in force. */
export function useExpected(): Expected {
  const { api } = useLiveClient()
  const session = useSession()
  const { data, error, refetch } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.json<ExpectedAnswer>(PATH, { signal }),
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

/** Saves a text in place of that version; answers what came of it, and reads the list again. */
export function useSaveExpected(): (
  text: string,
  version: string | null,
) => Promise<ExpectedSaved> {
  const { api } = useLiveClient()
  const queryClient = useQueryClient()
  return useCallback(
    async (text, version) => {
      try {
        return await api.json<ExpectedSaved>(PATH, { method: 'POST', body: { text, version } })
      } catch (error) {
        const { status, detail, causes } = problemOf(error)
        // Without an answer it may have been saved.
        return { outcome: status === 0 ? 'unknown' : 'error', detail, causes, problems: [] }
      } finally {
        await queryClient.invalidateQueries({ queryKey: KEY })
      }
    },
    [api, queryClient],
  )
}

/** What a draft would be. */
export type ListCheck = DraftCheck<ExpectedPreview>

export function useListCheck(text: string): ListCheck {
  return useDraftCheck(`${PATH}/preview`, text)
}

/** A list against the live rows; null before the first snapshot, or without a list. */
export function useExpectedMatch(
  list: readonly ExpectedMachine[] | null,
): ExpectedMatch<ListedMachine> | null {
  const snapshot = useSnapshot(whole)
  return useMemo(
    () => (list === null || snapshot === null ? null : matchExpected(list, snapshot.machines)),
    [list, snapshot],
  )
}

const whole = (snapshot: ListedSnapshot) => snapshot
