import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import type { MachineDetail, RequestDetail } from '#lib/csr/machine/rows.ts'
import {
  type ActivityPage,
  type ActivityQuery,
  type NodesPage,
  type NodesQuery,
  type PageQuery,
  type PendingRequest,
  type RequestsPage,
  type RequestsQuery,
  type Summary,
  type Topic,
  VIEW_TEXT_LIMIT,
  type ViewPage,
} from '#lib/live/views.ts'
import type { Tagged } from '#lib/query/api.ts'
import type { LiveClient } from '#lib/query/client.ts'

type Source = Pick<LiveClient, 'api' | 'clock' | 'localNow'>

/** A query without its page. */
export type Filter<Query extends PageQuery> = Omit<Query, keyof PageQuery>

/** Every Node, with how far its serving certificate is. */
export function nodesQuery(source: Source, filter: Filter<NodesQuery>, page: PageQuery) {
  return viewQuery<NodesPage>(source, 'nodes', filter, page)
}

/** Every request: pending first, then newest first. */
export function requestsQuery(source: Source, filter: Filter<RequestsQuery>, page: PageQuery) {
  return viewQuery<RequestsPage>(source, 'requests', filter, page)
}

/** Every decided request, the latest decision first. */
export function activityQuery(source: Source, filter: Filter<ActivityQuery>, page: PageQuery) {
  return viewQuery<ActivityPage>(source, 'activity', filter, page)
}

/** One machine with all that its page shows. */
export function machineQuery(source: Source, name: string) {
  const path = `/api/machines/${encodeURIComponent(name)}`
  return answerQuery<MachineDetail>(source, ['machine', name], path)
}

/** One request with all that its page shows. */
export function requestQuery(source: Source, uid: string) {
  return answerQuery<RequestDetail>(
    source,
    ['request', uid],
    `/api/requests/${encodeURIComponent(uid)}`,
  )
}

/** Counts over all rows. */
export function summaryQuery(source: Source) {
  return answerQuery<Summary>(source, ['summary'], '/api/summary')
}

/** Pending requests of the lists on screen, by uid: those are as old as the last answer. */
export function pendingOnScreen(
  queryClient: QueryClient,
): ReadonlyMap<string, Pick<PendingRequest, 'status'>> {
  const rowsOf = <Page extends ViewPage<unknown, unknown>>(topic: Topic) =>
    queryClient
      .getQueriesData<Tagged<Page>>({ queryKey: [topic], type: 'active' })
      .flatMap(([, data]): readonly Page['rows'][number][] => data?.answer.rows ?? [])
  const pending = [
    ...rowsOf<NodesPage>('nodes').flatMap((node) => node.pending),
    ...rowsOf<RequestsPage>('requests').filter(({ status }) => status === 'Pending'),
  ]
  return new Map(pending.map((request) => [request.uid, request]))
}

/** A page that was left is kept for so long, milliseconds. */
const KEPT_MS = 30_000
/** An answer that is not here by then is asked for anew, milliseconds. */
const ANSWER_MS = 30_000

/** A page of a list. Rows of the page or filter before stay until its rows are here. */
function viewQuery<Page extends ViewPage<unknown, unknown>>(
  source: Source,
  topic: Topic,
  filter: Params,
  page: PageQuery,
) {
  const path = `/api/${topic}?${search({ ...filter, ...page })}`
  const query = answerQuery<Page>(source, [topic, filter, page], path)
  return queryOptions({ ...query, placeholderData: keepPreviousData })
}

export type ViewQuery<Page extends ViewPage<unknown, unknown>> = ReturnType<typeof viewQuery<Page>>

/** Asked for when it is first shown, and again when an event names it (lib/query/events.ts). */
function answerQuery<Answer extends object>(
  { api, clock, localNow }: Source,
  queryKey: readonly unknown[],
  path: string,
) {
  return queryOptions({
    queryKey,
    queryFn: async ({ client, signal }) => {
      const known = client.getQueryData<Tagged<Answer>>(queryKey)
      const sentAt = localNow()
      const tagged = await api.tagged<Answer>(path, {
        known,
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      })
      const { serverTime }: { readonly serverTime?: string } = tagged.answer
      if (tagged !== known && serverTime !== undefined) {
        clock.observe(serverTime, sentAt, localNow())
      }
      return tagged
    },
    select: answerOf<Answer>,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  })
}

export type AnswerQuery<Answer extends object> = ReturnType<typeof answerQuery<Answer>>

function answerOf<Answer>({ answer }: Tagged<Answer>): Answer {
  return answer
}

type Params = Readonly<Record<string, string | number | undefined>>

/** The query of a URL, without parameters that are absent or empty. */
function search(query: Params): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue
    params.set(name, String(value).slice(0, VIEW_TEXT_LIMIT))
  }
  return params.toString()
}
