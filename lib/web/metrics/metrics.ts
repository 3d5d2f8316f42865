import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { DecisionOrderItem } from '#lib/act/decision-body.ts'
import type { RowChange } from '#lib/cluster/board.ts'
import type { RunningFeed } from '#lib/cluster/feed.ts'
import { ALARM_KINDS, type AlarmKind, CHECK_CODES } from '#lib/csr/model.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { createMetricSet } from '#lib/metrics/metric-set.ts'
import { addPending, type PendingRequests } from '#lib/metrics/pending-requests.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'
import { joinTimes } from '#lib/web/metrics/join-times.ts'
import type { DeliveryOutcome } from '#lib/web/notify/webhook.ts'
import type { RunStatus } from '#lib/wire/run-answers.ts'
import type { Decision, FeedState, Outcome } from '#lib/wire/wire.ts'

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  decided(decision: Decision, outcome: Outcome, item: Pick<DecisionOrderItem, 'saw'>): void
  refused(code: ProblemCode): void
  /** Counts an approval, by a person or program, of a refused or suspicious request. */
  approvedAgainst(verdict: string): void
  /** Counts an alarm that was dropped for newer ones before a person dismissed it. */
  alarmDropped(kind: AlarmKind): void
  /** Milliseconds between an event's arrival and the patch that contains it. */
  published(ageMs: number): void
  /** Rows that changed while the feed was live, at `now`. */
  rowsChanged(changes: readonly RowChange[], now: number): void
  feedIs(state: FeedState): void
  webhookEnded(outcome: DeliveryOutcome): void
}

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

const FEED_STATES: readonly FeedState[] = [
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
const DELIVERY_OUTCOMES: readonly DeliveryOutcome[] = ['delivered', 'failed', 'dropped']

/** Age classes of pending requests, each by its first minute. */
const AGES = [
  { name: 'over1h', minutes: 60 },
  { name: 'under1h', minutes: 45 },
  { name: 'under45m', minutes: 15 },
  { name: 'under15m', minutes: 0 },
] as const
type Age = (typeof AGES)[number]['name']

/** Seconds. An event should be painted within 50 ms; this is the server's part. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Seconds: a program approves in one or two, a person within the hour. */
const APPROVE_BUCKETS = [1, 2, 5, 10, 30, 60, 300, 900, 1_800, 2_700, 3_600, 7_200]
const ISSUE_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 300]
/** Most remembered joined nodes: one that becomes NotReady and Ready again is counted once. */
const MOST_JOINED = 20_000
const LAG_STATS: Readonly<Record<string, (lag: Lag) => number>> = {
  p50: (lag) => lag.percentile(50),
  p99: (lag) => lag.percentile(99),
  max: (lag) => lag.max,
}
/** Milliseconds between two samples of the event loop. */
const LAG_SAMPLE_MS = 20
type Lag = ReturnType<typeof monitorEventLoopDelay>

export function createMetrics(options: MetricsOptions): Metrics {
  const { feed, streams, sessions, runs, webhookQueue, now } = options
  const metrics = createMetricSet('countersign')
  const { gauge, counter, histogram } = metrics

  gauge('feed_state', '1 for the state that the view of the cluster is in.', ['state'], (it) => {
    const { state } = feed().moment().feed
    for (const name of FEED_STATES) it.set({ state: name }, name === state ? 1 : 0)
  })
  gauge(
    'pending_requests',
    'Requests that nobody has decided, by signer and age.',
    ['signer', 'age'],
    (it) => {
      for (const [signer, { ages }] of pendingBySigner(feed().moment(), now())) {
        for (const { name } of AGES) it.set({ signer, age: name }, ages[name])
      }
    },
  )
  gauge(
    'oldest_pending_seconds',
    'Age of the oldest request that nobody has decided.',
    ['signer'],
    (it) => {
      for (const [signer, { oldestAt }] of pendingBySigner(feed().moment(), now())) {
        it.set({ signer }, (now() - oldestAt) / 1_000)
      }
    },
  )
  gauge('overdue_machines', 'Machines that have waited for longer than their hour.', [], (it) =>
    it.set(machinesOf(feed()).filter(({ overdue }) => overdue).length),
  )
  gauge(
    'certificate_alarms',
    'Alarms of requests that nobody has dismissed, with a machine or without, by kind.',
    ['kind'],
    (it) => {
      const alarms = [...feed().moment().rows.alarms.values()]
      for (const kind of ALARM_KINDS) {
        it.set({ kind }, alarms.filter((alarm) => alarm.kind === kind).length)
      }
    },
  )
  gauge(
    'set_aside_objects',
    'Objects of the API server that could not be understood.',
    ['source'],
    (it) => {
      for (const [source, { setAside }] of Object.entries(feed().moment().feed.sources)) {
        it.set({ source }, setAside)
      }
    },
  )
  gauge(
    'left_out_objects',
    'Objects that are not followed because there are too many, at least.',
    ['source'],
    (it) => {
      for (const [source, { leftOut }] of Object.entries(feed().moment().feed.sources)) {
        it.set({ source }, leftOut === null ? 0 : (leftOut.count ?? leftOut.most))
      }
    },
  )
  gauge('stream_clients', 'Browsers that are watching.', [], (it) => it.set(streams()))
  gauge('sessions', 'Sessions that are signed in.', [], (it) => it.set(sessions()))
  gauge('runs', 'Bulk runs that are listed, by status.', ['status'], (it) => {
    const states = runs()
    for (const name of RUN_STATES) {
      it.set({ status: name }, states.filter((state) => state === name).length)
    }
  })
  gauge('webhook_queued_messages', 'Messages that wait for their delivery.', [], (it) =>
    it.set(webhookQueue()),
  )
  // Samples cost a timer: only a process that is scraped takes them.
  let lag: Lag | null = null
  gauge(
    'event_loop_lag_seconds',
    'Delay of the event loop since the last scrape, by statistic.',
    ['stat'],
    (it) => {
      for (const [stat, read] of Object.entries(LAG_STATS)) {
        it.set({ stat }, lag === null ? 0 : lagSeconds(read(lag)))
      }
      lag?.reset()
      if (lag !== null) return
      lag = monitorEventLoopDelay({ resolution: LAG_SAMPLE_MS })
      lag.enable()
    },
  )
  gauge('start_timestamp_seconds', 'When this process was started.', [], (it) =>
    it.set(performance.timeOrigin / 1_000),
  )

  const decisions = counter(
    'decisions_total',
    'Items decided or not, by what was asked, what came of it and the first check that had failed.',
    ['decision', 'outcome', 'check'],
  )
  const refused = counter(
    'refused_http_requests_total',
    'HTTP requests that were refused before anything was done, by the code of the answer.',
    ['code'],
  )
  const approvedAgainst = counter(
    'approved_against_checks_total',
    'Requests of kubelets that were approved, by anybody, while refused or suspicious.',
    ['verdict'],
  )
  for (const verdict of ['refused', 'suspicious']) approvedAgainst.inc({ verdict }, 0)
  const alarmsDropped = counter(
    'dropped_alarms_total',
    'Alarms that newer ones replaced here, and that nobody has dismissed, by kind.',
    ['kind'],
  )
  for (const kind of ALARM_KINDS) alarmsDropped.inc({ kind }, 0)
  const losses = counter(
    'feed_losses_total',
    'Times that a live view of the cluster was lost, by the state that followed.',
    ['state'],
  )
  for (const state of FEED_STATES) if (state !== 'live') losses.inc({ state }, 0)
  const deliveries = counter(
    'webhook_messages_total',
    'Messages to the webhook, by what came of them.',
    ['outcome'],
  )
  for (const outcome of DELIVERY_OUTCOMES) deliveries.inc({ outcome }, 0)
  const latency = histogram(
    'event_to_patch_seconds',
    'From the arrival of the oldest event behind a change of rows to that change.',
    LATENCY_BUCKETS,
  )
  const steps = {
    approve: histogram(
      'time_to_approve_seconds',
      'From a request to its approval, whoever approved it.',
      APPROVE_BUCKETS,
      ['signer'],
    ),
    issue: histogram(
      'time_to_issue_seconds',
      'From an approval to the certificate as it was seen here.',
      ISSUE_BUCKETS,
      ['signer'],
    ),
    ready: histogram(
      'time_to_ready_seconds',
      'From the first listed request of a machine to its Ready node with a serving certificate.',
      APPROVE_BUCKETS,
    ),
  }
  let isLive = false
  const joined = new Set<string>()

  return {
    contentType: metrics.contentType,
    text: metrics.text,
    decided: (decision, outcome, item) =>
      decisions.inc({ decision, outcome, check: firstFailing(item) }),
    refused: (code) => refused.inc({ code }),
    alarmDropped: (kind) => alarmsDropped.inc({ kind }),
    approvedAgainst: (verdict) => approvedAgainst.inc({ verdict }),
    published: (ageMs) => latency.observe(ageMs / 1000),
    rowsChanged(changes, at) {
      for (const { step, signer, seconds, node = '' } of joinTimes(changes, at)) {
        if (step !== 'ready') steps[step].observe({ signer }, seconds)
        else if (!joined.has(node)) {
          steps.ready.observe(seconds)
          if (joined.size >= MOST_JOINED) joined.clear()
          joined.add(node)
        }
      }
    },
    feedIs(state) {
      if (isLive && state !== 'live') losses.inc({ state })
      isLive = state === 'live'
    },
    webhookEnded: (outcome) => deliveries.inc({ outcome }),
  }
}

const KNOWN_CHECKS: ReadonlySet<string> = new Set(CHECK_CODES)

/** First failed check that the person saw; '' for none and for an unknown code. */
function firstFailing({ saw }: Pick<DecisionOrderItem, 'saw'>): string {
  const [first = ''] = saw?.failing ?? []
  return KNOWN_CHECKS.has(first) ? first : ''
}

/** A sample measures the delay and the pause before it. */
function lagSeconds(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - LAG_SAMPLE_MS / 1_000)
}

function machinesOf(feed: Pick<RunningFeed, 'moment'>) {
  return [...feed.moment().rows.machines.values()]
}

interface PendingBySigner extends PendingRequests {
  readonly ages: Record<Age, number>
}

function pendingBySigner(
  { rows }: ReturnType<RunningFeed['moment']>,
  now: number,
): ReadonlyMap<string, PendingBySigner> {
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
  const none = { under15m: 0, under45m: 0, under1h: 0, over1h: 0 }
  return new Map(
    [...pending].map(([signer, one]) => [signer, { ...one, ages: ages.get(signer) ?? none }]),
  )
}

function* requestsOf({ machines, others }: ReturnType<RunningFeed['moment']>['rows']) {
  for (const machine of machines.values()) yield* machine.requests
  yield* others.values()
}
