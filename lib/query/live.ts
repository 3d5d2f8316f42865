import { useQueries, useQuery } from '@tanstack/react-query'
import { createContext, use, useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { problemOf } from '#lib/query/api.ts'
import { type CannotDecide, whyCannotDecide } from '#lib/query/may-decide.ts'
import {
  type AnswerQuery,
  machineQuery,
  requestQuery,
  searchQuery,
  summaryQuery,
} from '#lib/query/queries.ts'
import type { Session } from '#lib/query/session.ts'
import { type Emptiness, emptiness, type ShownFeed, shownFeed } from '#lib/query/shown-feed.ts'
import type { Store } from '#lib/query/store.ts'
import { type LiveClient, useLiveClient } from '#lib/query/tab-client.ts'
import type { GoneMachine } from '#lib/wire/request-record.ts'
import type { BoardCounts, MachineAnswer, SearchAnswer, Summary } from '#lib/wire/views.ts'
import type { Cluster, Problem } from '#lib/wire/wire.ts'

/** The value of a store, kept up to date. */
export function useStore<State>(store: Pick<Store<State>, 'get' | 'subscribe'>): State {
  return useSyncExternalStore(store.subscribe, store.get, store.get)
}

const SIGNED_OUT: ReadonlySet<Session['status']> = new Set(['signedOut', 'signIn', 'noAccess'])

/**
 * State of the page as a whole. `loading`: nothing was read yet. `failed`: reading failed, and is
 * tried again. `signedOut`: useSession has the reason. `ready`: it was read, and useFeed says how
 * old it is.
 */
export function usePageState(): 'loading' | 'failed' | 'signedOut' | 'ready' {
  const { status } = useSession()
  const { summary, problem } = useSummary()
  if (SIGNED_OUT.has(status)) return 'signedOut'
  if (summary !== null) return 'ready'
  return problem === null ? 'loading' : 'failed'
}

export function useSession(): Session {
  return useStore(useLiveClient().session)
}

/**
 * State of the rows on screen: the server's view of the cluster, or the lost connection to our
 * server.
 */
export function useFeed(): ShownFeed {
  const link = useStore(useLiveClient().link)
  const feed = useSummary().summary?.feed ?? null
  return useMemo(() => shownFeed(link, feed), [link, feed])
}

/**
 * Meaning of a list with so many rows; null before the first answer. `besides`: another source of
 * the list, which may be unread while the requests are live, and vice versa.
 */
export function useEmptiness(
  count: number | null,
  besides?: keyof ShownFeed['sources'],
): Emptiness {
  const page = usePageState()
  const { state, sources } = useFeed()
  if (count === null || page === 'loading' || page === 'failed') return 'reading'
  if (count > 0) return 'known'
  const said = (besides === undefined ? [state] : [state, sources[besides].state]).map(emptiness)
  return (['reading', 'unreadable'] as const).find((each) => said.includes(each)) ?? 'known'
}

export type CountName = keyof BoardCounts

/** A count over all rows; 0 before it is known. */
export function useCount(of: CountName): number {
  const enabled = useSession().status === 'signedIn'
  const query = summaryQuery(useLiveClient())
  return useQuery({ ...query, enabled, select: ({ answer }) => answer.counts[of] }).data ?? 0
}

export interface LatestAnswer<Answer> {
  /** The last known answer, also while a newer one cannot be read. */
  readonly answer: Answer | null
  readonly problem: Problem | null
  readonly retry: () => void
}

/** The latest answer of the server to the query that `queryOf` makes for this tab. */
export function useAnswer<Answer extends object>(
  queryOf: (client: LiveClient) => AnswerQuery<Answer>,
): LatestAnswer<Answer> {
  const query = queryOf(useLiveClient())
  // A page opened by its link is drawn before its key was exchanged.
  const enabled = useSession().status === 'signedIn'
  const { data, error, isFetching, refetch } = useQuery({ ...query, enabled })
  const key = query.queryKey.join(' ')
  // A failed question that is asked again has no error meanwhile: this keeps the last reason.
  const [last, setLast] = useState<{ readonly key: string; readonly error: Error | null }>({
    key,
    error,
  })
  const kept = last.key === key && isFetching && data === undefined ? last.error : null
  const shown = error ?? kept
  if (last.key !== key || last.error !== shown) setLast({ key, error: shown })
  return useMemo(
    () => ({
      answer: data ?? null,
      problem: shown === null ? null : problemOf(shown),
      retry: () => void refetch(),
    }),
    [data, shown, refetch],
  )
}

interface LatestSummary extends Omit<LatestAnswer<Summary>, 'answer'> {
  readonly summary: Summary | null
}

/** Read once for all parts of a page: an observer for each row took longer than drawing the row. */
export const SummaryContext = createContext<LatestSummary>({
  ...{ summary: null, problem: null },
  retry() {},
})
/**
 * Separate from the summary, so that components of the cluster are not rendered again for a count.
 */
export const ClusterContext = createContext<Cluster | null>(null)

/** Value of SummaryContext. */
export function useLatestSummary(): LatestSummary {
  const { answer: summary, problem, retry } = useAnswer(summaryQuery)
  return useMemo(() => ({ summary, problem, retry }), [summary, problem, retry])
}

/** Counts over all rows, deadlines, and the offer of the bulk button. */
export function useSummary(): LatestSummary {
  return use(SummaryContext)
}

const NO_HITS: SearchAnswer['groups'] = []

export interface SearchHits extends Pick<SearchAnswer, 'groups'> {
  /** False while the hits are those of the previous text. */
  readonly isCurrent: boolean
}

/** Hits of the server's search; none for an empty text. */
export function useSearch(text: string): SearchHits {
  const enabled = useSession().status === 'signedIn' && text.trim() !== ''
  const { data, isPlaceholderData } = useQuery({
    ...searchQuery(useLiveClient(), text.trim()),
    enabled,
  })
  const groups = enabled ? (data?.groups ?? NO_HITS) : NO_HITS
  return useMemo(() => ({ groups, isCurrent: !isPlaceholderData }), [groups, isPlaceholderData])
}

/** The cluster, the identity, and its rights; null before the first answer. */
export function useCluster(): Cluster | null {
  return use(ClusterContext)
}

/** Reason that requests of a signer cannot be decided now; null where they can. */
export function useCannotDecide(): (signerName: string) => CannotDecide | null {
  const feed = useFeed()
  const { summary } = useSummary()
  return (signerName) => whyCannotDecide(feed, summary, signerName)
}

/**
 * Milliseconds since the epoch on the server's clock, rounded down to the interval. All callers
 * share one timer, which stops while the tab is hidden.
 */
export function useNow(intervalMs = 1_000): number {
  const { clock } = useLiveClient()
  const read = useCallback(
    () => Math.floor(clock.shown() / intervalMs) * intervalMs,
    [clock, intervalMs],
  )
  return useSyncExternalStore(clock.subscribe, read, zero)
}

const zero = () => 0

/**
 * Value of `read` for the present second of the server's clock. Renders only when the value
 * changes, which is less often for most texts about time.
 */
export function useAtNow<Said extends string | number | boolean>(
  read: (now: number) => Said,
): Said {
  const { clock } = useLiveClient()
  const said = () => read(clock.shown())
  return useSyncExternalStore(clock.subscribe, said, said)
}

export interface Detail<Value> extends Omit<LatestAnswer<Value>, 'answer'> {
  /** `gone`: the server does not know the object, or no longer does. */
  readonly status: 'loading' | 'ready' | 'gone' | 'failed'
  readonly detail: Value | null
}

interface MachineDetail extends Detail<MachineAnswer> {
  /** The record of a machine that is gone; null where the record does not know the machine. */
  readonly gone: GoneMachine | null
}

/** Everything about one machine, as it is now. */
export function useMachineDetail(name: string): MachineDetail {
  const { detail, status, ...rest } = useDetail((client) => machineQuery(client, name))
  if (detail === null || !('gone' in detail)) return { ...rest, status, detail, gone: null }
  return { ...rest, status: 'gone', detail: null, gone: detail }
}

/** Everything about one request, as it is now. */
export function useRequestDetail(uid: string): Detail<RequestDetail> {
  return useDetail((client) => requestQuery(client, uid))
}

/** Most requests that are asked for one by one. */
const DETAILS = 20

/** Details of several requests, by uid; empty for more than DETAILS. */
export function useRequestDetails(
  uids: readonly string[],
): ReadonlyMap<string, Pick<Detail<RequestDetail>, 'status' | 'detail'>> {
  const client = useLiveClient()
  const asked = uids.length > DETAILS ? [] : uids
  const answers = useQueries({ queries: asked.map((uid) => requestQuery(client, uid)) })
  return new Map(
    asked.flatMap((uid, at) => {
      const answer = answers[at]
      if (answer === undefined) return []
      const { data, error } = answer
      const problem = error === null ? null : problemOf(error)
      return [[uid, { status: statusOf(data !== undefined, problem), detail: data ?? null }]]
    }),
  )
}

function useDetail<Value extends object>(
  queryOf: Parameters<typeof useAnswer<Value>>[0],
): Detail<Value> {
  const { answer, ...rest } = useAnswer(queryOf)
  return { ...rest, status: statusOf(answer !== null, rest.problem), detail: answer }
}

function statusOf(known: boolean, problem: Problem | null): Detail<unknown>['status'] {
  if (problem?.status === 404) return 'gone'
  if (known) return 'ready'
  return problem === null ? 'loading' : 'failed'
}
