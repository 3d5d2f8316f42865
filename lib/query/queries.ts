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
  return detailQuery<MachineDetail>(source, ['machine', name], path)
}

/** One request with all that its page shows. */
export function requestQuery(source: Source, uid: string) {
  const path = `/api/requests/${encodeURIComponent(uid)}`
  return detailQuery<RequestDetail>(source, ['request', uid], path)
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

/** Asked for when it is first shown, and again when an event names its topic (lib/query/events.ts). */
function viewQuery<Page extends ViewPage<unknown, unknown>>(
  { api, clock, localNow }: Source,
  topic: Topic,
  filter: Params,
  page: PageQuery,
) {
  const queryKey = [topic, filter, page] as const
  return queryOptions({
    queryKey,
    queryFn: async ({ client, signal }) => {
      const known = client.getQueryData<Tagged<Page>>(queryKey)
      const sentAt = localNow()
      const tagged = await api.tagged<Page>(`/api/${topic}?${search({ ...filter, ...page })}`, {
        known,
        signal: inTime(signal),
      })
      if (tagged !== known) clock.observe(tagged.answer.serverTime, sentAt, localNow())
      return tagged
    },
    select: answerOf<Page>,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  })
}

export type ViewQuery<Page extends ViewPage<unknown, unknown>> = ReturnType<typeof viewQuery<Page>>

function answerOf<Answer>({ answer }: Tagged<Answer>): Answer {
  return answer
}

function detailQuery<Detail>(
  { api }: Pick<Source, 'api'>,
  queryKey: readonly ['machine' | 'request', key: string],
  path: string,
) {
  return queryOptions({
    queryKey,
    queryFn({ client, signal }) {
      const known = client.getQueryData<Tagged<Detail>>(queryKey)
      return api.tagged<Detail>(path, { known, signal: inTime(signal) })
    },
    select: answerOf<Detail>,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  })
}

export type DetailQuery<Detail> = ReturnType<typeof detailQuery<Detail>>

function inTime(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
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
