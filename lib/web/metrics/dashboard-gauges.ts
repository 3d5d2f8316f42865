import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { ALARM_KINDS } from '#lib/csr/model.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { MetricSet } from '#lib/metrics/metric-set.ts'
import { addPending, type PendingRequests } from '#lib/metrics/pending-requests.ts'
import type { RunStatus } from '#lib/wire/run-answers.ts'
import type { FeedState, Source } from '#lib/wire/wire.ts'

/** Values read at each scrape. */
export interface MetricsOptions {
  readonly feed: () => Pick<RunningFeed, 'moment'>
  readonly streams: () => number
  readonly sessions: () => number
  /** Status of each listed run. */
  readonly runs: () => readonly RunStatus[]
  readonly webhookQueue: () => number
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly now: () => number
}

export const FEED_STATES: readonly FeedState[] = [
  'connecting',
  'live',
  'reconnecting',
  'stale',
  'forbidden',
  'unauthorized',
  'unreachable',
  'withheld',
]
const RUN_STATES: readonly RunStatus[] = ['running', 'paused', 'stopped', 'finished']

/** Age classes of pending requests, each by its first minute. */
const AGES = [
  { name: 'over1h', minutes: 60 },
  { name: 'under1h', minutes: 45 },
  { name: 'under45m', minutes: 15 },
  { name: 'under15m', minutes: 0 },
] as const
type Age = (typeof AGES)[number]['name']

const LAG_STATS: Readonly<Record<string, (lag: Lag) => number>> = {
  p50: (lag) => lag.percentile(50),
  p99: (lag) => lag.percentile(99),
  max: (lag) => lag.max,
}
/** Milliseconds between two samples of the event loop. */
const LAG_SAMPLE_MS = 20
type Lag = ReturnType<typeof monitorEventLoopDelay>

/** Adds the values that are read at each scrape. Returns what ends their sampling. */
export function addGauges({ gauge }: MetricSet, options: MetricsOptions): () => void {
  const { feed, streams, sessions, runs, webhookQueue, now } = options

  /** A gauge with a series for each value of its label. */
  const each = <Value extends string>(
    name: string,
    help: string,
    label: string,
    [values, read]: readonly [readonly Value[], (value: Value) => number],
  ) =>
    gauge(name, help, [label], (it) => {
      for (const value of values) it.set({ [label]: value }, read(value))
    })

  each('feed_state', '1 for the state that the view of the cluster is in.', 'state', [
    FEED_STATES,
    (state) => (feed().moment().feed.state === state ? 1 : 0),
  ])
  gauge(
    'pending_requests',
    'Requests that nobody has decided, by signer and age.',
    ['signer', 'age'],
    (it) => {
      for (const [signer, counts] of pendingBySigner(feed().moment(), now()).ages) {
        for (const { name } of AGES) it.set({ signer, age: name }, counts[name])
      }
    },
  )
  gauge(
    'oldest_pending_seconds',
    'Age of the oldest request that nobody has decided.',
    ['signer'],
    (it) => {
      for (const [signer, { oldestAt }] of pendingBySigner(feed().moment(), now()).pending) {
        it.set({ signer }, (now() - oldestAt) / 1_000)
      }
    },
  )
  gauge('overdue_machines', 'Machines that have waited for longer than their hour.', [], (it) =>
    it.set(countOf(feed().moment().rows.machines, ({ overdue }) => overdue)),
  )
  each(
    'certificate_alarms',
    'Alarms of requests that nobody has dismissed, with a machine or without, by kind.',
    'kind',
    [ALARM_KINDS, (kind) => countOf(feed().moment().rows.alarms, (one) => one.kind === kind)],
  )
  const ofSource = (name: string, help: string, read: (source: Source) => number) =>
    gauge(name, help, ['source'], (it) => {
      for (const [source, status] of Object.entries(feed().moment().feed.sources)) {
        it.set({ source }, read(status))
      }
    })

  ofSource(
    'set_aside_objects',
    'Objects of the API server that could not be understood.',
    ({ setAside }) => setAside,
  )
  ofSource(
    'left_out_objects',
    'Objects that are not followed because there are too many, at least.',
    ({ leftOut }) => (leftOut === null ? 0 : (leftOut.count ?? leftOut.most)),
  )
  gauge('stream_clients', 'Browsers that are watching.', [], (it) => it.set(streams()))
  gauge('sessions', 'Sessions that are signed in.', [], (it) => it.set(sessions()))
  each('runs', 'Bulk runs that are listed, by status.', 'status', [
    RUN_STATES,
    (status) => runs().filter((one) => one === status).length,
  ])
  gauge('webhook_queued_messages', 'Messages that wait for their delivery.', [], (it) =>
    it.set(webhookQueue()),
  )
  const lag = monitorEventLoopDelay({ resolution: LAG_SAMPLE_MS })
  let isStopped = false
  gauge(
    'event_loop_lag_seconds',
    'Delay of the event loop since the last scrape, by statistic.',
    ['stat'],
    (it) => {
      for (const [stat, read] of Object.entries(LAG_STATS)) it.set({ stat }, lagSeconds(read(lag)))
      lag.reset()
      // Samples cost a timer: only a site that is scraped takes them.
      if (!isStopped) lag.enable()
    },
  )
  gauge('start_timestamp_seconds', 'When this process was started.', [], (it) =>
    it.set(performance.timeOrigin / 1_000),
  )
  return () => {
    isStopped = true
    lag.disable()
  }
}

/** A sample measures the delay and the pause before it. */
function lagSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - LAG_SAMPLE_MS / 1_000)
}

function countOf<One>(all: ReadonlyMap<string, One>, isOne: (one: One) => boolean): number {
  return [...all.values()].filter(isOne).length
}

/** Pending requests, and their number by age, by the label of their signer. */
function pendingBySigner({ rows }: ReturnType<RunningFeed['moment']>, now: number) {
  const pending = new Map<string, PendingRequests>()
  const ages = new Map<string, Record<Age, number>>()
  for (const row of requestsOf(rows)) {
    if (row.verdict === null) continue
    const createdAt = milliseconds(row.createdAt) ?? now
    const signer = addPending(pending, row.signerName, createdAt)
    const counts = ages.get(signer) ?? { under15m: 0, under45m: 0, under1h: 0, over1h: 0 }
    const age = AGES.find(({ minutes }) => now - createdAt >= minutes * 60_000)?.name ?? 'under15m'
    counts[age] += 1
    ages.set(signer, counts)
  }
  return { pending, ages }
}

function* requestsOf({ machines, others }: ReturnType<RunningFeed['moment']>['rows']) {
  for (const machine of machines.values()) yield* machine.requests
  yield* others.values()
}
