import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import { alarmKey, type RequestDetail } from '#lib/csr/rows/rows.ts'
import type { Tagged } from '#lib/query/api.ts'
import type { LiveClient } from '#lib/query/tab-client.ts'
import type { ExpectedAnswer } from '#lib/wire/expected-answers.ts'
import type { JoinsAnswer } from '#lib/wire/join-answers.ts'
import type { Delivery, NotificationsAnswer } from '#lib/wire/notification-answers.ts'
import type { Compared, PolicyAnswer, ShadowAnswer } from '#lib/wire/policy-answers.ts'
import type { GoneMachine, RequestRecord } from '#lib/wire/request-record.ts'
import type { ApproverProgram } from '#lib/wire/run-answers.ts'
import {
  type ExportFormat,
  type ListName,
  type ListPage,
  type Lists,
  type MachineAnswer,
  type PageQuery,
  type SearchAnswer,
  type Summary,
  VIEW_TEXT_LIMIT,
} from '#lib/wire/views.ts'

type Source = Pick<LiveClient, 'api' | 'clock' | 'localNow'>

/** Joins of each of the last days, in this browser's time zone. */
export function joinsQuery(source: Source, days: number) {
  const offset = -new Date(source.localNow()).getTimezoneOffset()
  const path = `/api/activity/joins?${search({ days, offset })}`
  return answerQuery<JoinsAnswer>(source, ['activity', path], path)
}

type FileSource = Pick<LiveClient, 'api'>

async function readFile({ api }: FileSource, path: string): Promise<Blob> {
  return (await api.send(path, { accept: '*/*' })).blob()
}

/** Every decision that the filter matches, as the contents of a file. */
export function readExport(
  source: FileSource,
  filter: Lists['activity']['filter'],
  format: ExportFormat,
): Promise<Blob> {
  return readFile(source, `/api/activity/export?${search({ ...filter, format })}`)
}

/** The whole record, or what it has of one machine, as the contents of a file. */
export function readRecord(source: FileSource, machine: string | undefined): Promise<Blob> {
  return readFile(source, `/api/activity/record?${search({ machine })}`)
}

/** A plan's ticked machines as a script that approves by name. `ticks`: groups, or roles. */
export function readPlanScript(
  source: FileSource,
  plan: string,
  ask: {
    readonly ticks: ReadonlySet<string>
    readonly program: ApproverProgram
    readonly superseded: boolean
  },
): Promise<Blob> {
  const { ticks, program } = ask
  const superseded = ask.superseded ? 'shown' : 'hidden'
  const query = search({ ticks: [...ticks].join(','), program, superseded })
  return readFile(source, `/api/plans/${plan}/script?${query}`)
}

/**
 * The best hits among machines, requests and nodes. The previous text's hits stay until they
 * arrive.
 */
export function searchQuery(source: Source, text: string) {
  const query = answerQuery<SearchAnswer>(
    source,
    ['search', text],
    `/api/search?${search({ text })}`,
  )
  return queryOptions({ ...query, staleTime: 0, placeholderData: keepPreviousData })
}

/** First key of each machine's own page. */
export const MACHINE_KEY = 'machine'

/** One machine with all that its page shows; for a gone machine, the record's knowledge. */
export function machineQuery(source: Source, name: string) {
  const path = `/api/machines/${encodeURIComponent(name)}`
  return detailQuery<MachineAnswer | GoneMachine>(source, [MACHINE_KEY, name], path)
}

/** One request with all that its page shows. */
export function requestQuery(source: Source, uid: string) {
  const path = `/api/requests/${encodeURIComponent(uid)}`
  return detailQuery<RequestDetail>(source, ['request', uid], path)
}

/** The record of one request; read again whenever Activity changed. */
export function requestRecordQuery(source: Source, uid: string) {
  const path = `/api/requests/${encodeURIComponent(uid)}/record`
  return answerQuery<RequestRecord>(source, ['activity', path], path)
}

/**
 * Asked again regularly for facts that no row has and no event reports: taints, a kubelet's latest
 * answer.
 */
function detailQuery<Answer extends object>(
  source: Source,
  queryKey: readonly unknown[],
  path: string,
) {
  const query = answerQuery<Answer>(source, queryKey, path)
  return queryOptions({
    ...query,
    refetchInterval: ({ state }) => (state.data === undefined ? false : POLL_MS),
  })
}

/** Key of the counts, the feed and the cluster, which every page shows. */
export const SUMMARY_KEY = ['summary'] as const

/** Counts over all rows, the feed and the cluster. */
export function summaryQuery(source: Source) {
  const query = answerQuery<Summary>(source, SUMMARY_KEY, '/api/summary')
  // A failure is shown at once.
  return queryOptions({
    ...query,
    retry: false,
    refetchInterval: ({ state }) => (state.status === 'error' ? AGAIN_MS : false),
  })
}

/** First key of the policy and its forecast, of the list of expected machines and its rows. */
export const DOCUMENT_KEYS = { policy: ['policy'], expected: ['expected'] } as const

/** The policy in force, where it is stored, and what this server may do with it. */
export function policyQuery(source: Source) {
  return documentQuery<PolicyAnswer>(source, [...DOCUMENT_KEYS.policy, 'document'], '/api/policy')
}

/** The list of expected machines, as it is stored and as it is in force. */
export function expectedListQuery(source: Source) {
  return documentQuery<ExpectedAnswer>(source, [...DOCUMENT_KEYS.expected, 'list'], '/api/expected')
}

export const NOTIFICATIONS_KEY = ['notifications'] as const

/** The webhook and its last messages; asked for often while a message is under way. */
export function notificationsQuery(source: Source) {
  const path = '/api/notifications'
  return queryOptions({
    ...answerQuery<NotificationsAnswer>(source, NOTIFICATIONS_KEY, path),
    refetchInterval: ({ state: { data, status } }) => {
      if (status === 'error') return AGAIN_MS
      return data?.answer.webhook?.deliveries.some(isUnderWay) ? SOON_MS : POLL_MS
    },
  })
}

function isUnderWay({ state }: Delivery): boolean {
  return state === 'queued' || state === 'tryingAgain'
}

/** The outcome of each request of the last day, beside the answer of the policy in force. */
export function shadowQuery(source: Source, compared: Compared | null, text: string) {
  const path = `/api/policy/forecast?${search({ show: compared ?? undefined, q: text.trim() })}`
  const query = answerQuery<ShadowAnswer>(source, [...DOCUMENT_KEYS.policy, path], path)
  return queryOptions({
    ...query,
    placeholderData: keepPreviousData,
    // Comparing a thousand rows deeply costs more than drawing the few in view.
    structuralSharing: false,
    // The answer covers every request of the cluster: an event for each would cause endless
    // questions.
    refetchInterval: AGAIN_MS,
  })
}

/**
 * Asked again regularly for facts that no event reports: the right to save, the renewal of the
 * approver's Lease.
 */
function documentQuery<Answer extends object>(
  source: Source,
  queryKey: readonly unknown[],
  path: string,
) {
  return queryOptions({
    ...answerQuery<Answer>(source, queryKey, path),
    refetchInterval: ({ state }) => (state.status === 'error' ? AGAIN_MS : POLL_MS),
  })
}

/** Uids of requests that a page on screen shows as pending, by its last answer. */
export function pendingOnScreen(queryClient: QueryClient): ReadonlySet<string> {
  const answersOf = <Answer>(subject: string): readonly Answer[] =>
    queryClient
      .getQueriesData<Tagged<Answer>>({ queryKey: [subject], type: 'active' })
      .flatMap(([, data]) => (data?.answer === undefined ? [] : [data.answer]))
  const rowsOf = <Name extends ListName>(list: Name) =>
    answersOf<ListPage<Name>>(list).flatMap(({ rows }) => rows)
  return new Set(
    [
      ...rowsOf('machines').flatMap((row) => {
        if (row.kind === 'alarm') return []
        return row.kind === 'machine' ? row.machine.pending : [row.request]
      }),
      ...rowsOf('nodes').flatMap(({ pending }) => pending),
      ...rowsOf('kubelets').flatMap(({ pending }) => pending),
      ...rowsOf('requests'),
      ...answersOf<MachineAnswer | GoneMachine>(MACHINE_KEY).flatMap((answer) =>
        'gone' in answer ? [] : answer.requests,
      ),
      ...answersOf<RequestDetail>('request'),
    ]
      .filter(isPendingRow)
      .map(({ uid }) => uid),
  )
}

/** Milliseconds until an unreadable answer is asked for again. */
const AGAIN_MS = 5_000
/** Milliseconds between questions about a message that is under way. */
const SOON_MS = 2_000
/**
 * Milliseconds between questions for answers that change without an event. Rights are reviewed as
 * seldom.
 */
const POLL_MS = 30_000

const LIST_PATHS: Readonly<Record<ListName, string>> = {
  machines: '/api/machines',
  requests: '/api/requests',
  nodes: '/api/nodes',
  kubelets: '/api/nodes/kubelets',
  activity: '/api/activity',
  alarms: '/api/alarms',
  expected: '/api/expected/machines',
}

/** A page of a list. The previous page's or filter's rows stay until its rows arrive. */
export function listQuery<Name extends ListName>(
  source: Source,
  list: Name,
  filter: Lists[Name]['filter'],
  page: PageQuery,
) {
  const path = `${LIST_PATHS[list]}?${search({ ...filter, ...page })}`
  const query = answerQuery<ListPage<Name>>(source, [list, filter, page], path)
  return queryOptions({ ...query, placeholderData: keepPreviousData })
}

/** The identity of a row in each list. */
export const ROW_KEYS: {
  readonly [Name in ListName]: (row: Lists[Name]['row']) => string
} = {
  machines: ({ key }) => key,
  requests: ({ uid }) => uid,
  nodes: ({ name }) => name,
  kubelets: ({ name }) => name,
  activity: ({ uid }) => uid,
  alarms: alarmKey,
  expected: ({ name }) => name,
}

/**
 * Asked for when it is first shown, and again when an event reports a change
 * (lib/query/stream-events.ts).
 */
function answerQuery<Answer extends object>(
  { api, clock, localNow }: Source,
  queryKey: readonly unknown[],
  path: string,
) {
  return queryOptions({
    queryKey,
    queryFn: async ({ client, signal }) => {
      const known = client.getQueryData<Tagged<Answer>>(queryKey)
      const tagged = await api.tagged<Answer>(path, {
        known,
        // A missing answer is asked for again.
        signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
      })
      const { serverTime }: { readonly serverTime?: string } = tagged.answer
      if (tagged !== known && serverTime !== undefined) {
        clock.observe(serverTime, tagged.sentAt, localNow())
      }
      return tagged
    },
    select: answerOf<Answer>,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  })
}

export type AnswerQuery<Answer extends object> = ReturnType<typeof answerQuery<Answer>>

function answerOf<Answer>({ answer }: Tagged<Answer>): Answer {
  return answer
}

/** Query parameters of a URL, without absent or empty ones. */
function search(query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue
    params.set(name, String(value).slice(0, VIEW_TEXT_LIMIT))
  }
  return params.toString()
}
