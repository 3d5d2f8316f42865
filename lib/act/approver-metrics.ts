import type { LeftBecause } from '#lib/csr/approval/automatic.ts'
import { BRAKE_SCOPES, type Trip } from '#lib/csr/policy/brake.ts'
import { createMetricSet, type Gauge } from '#lib/metrics/metric-set.ts'

/** Outcome of a request: approved, or the reason against it. */
export type Outcome =
  | 'approved'
  /** In shadow mode the policy would have approved the request. */
  | 'would_approve'
  | 'left'
  /** Another client had decided the request. */
  | 'already'
  | 'changed'
  | 'gone'
  | 'braked'
  | 'forbidden'
  | 'throttled'
  | 'unknown'
  | 'error'

/** Values read from the approver at each scrape. */
export interface Gauges {
  readonly leads: boolean
  readonly paused: boolean
  readonly mode: 'off' | 'shadow' | 'act' | 'none'
  readonly policy: { readonly name: string; readonly generation: string } | null
  readonly policyProblem: boolean
  readonly expectedProblem: boolean
  readonly trips: readonly Trip[]
  /** Pending requests by signer, with the creation time of the oldest. */
  readonly pending: ReadonlyMap<string, { readonly count: number; readonly oldestAt: number }>
  /** Pending requests left to a person, by reason and by first check. */
  readonly left: readonly {
    readonly because: LeftBecause
    readonly check: string
    readonly count: number
  }[]
  /** Approvals of the last hour by a policy that is not in force. */
  readonly approvalsByOtherPolicy: number
  /** Requests whose certificate differs from the approved request. */
  readonly certificateAlarms: number
  /** Milliseconds since the epoch; null before the first sync. */
  readonly lastSyncAt: number | null
  readonly isLive: boolean
  /** The kubelet source with too many requests, none of which is decided. */
  readonly tooMany: string | null
  readonly eventsDropped: number
  readonly now: number
}

export type Metrics = ReturnType<typeof createMetrics>

/** Buckets in seconds. A creation timestamp has whole seconds, so it adds up to one second. */
const SINCE_CREATION = [0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1_800, 3_600]
const SINCE_SEEN = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60]
const MODES = ['off', 'shadow', 'act', 'none'] as const
const ERROR_KINDS = ['lease', 'event', 'write', 'other'] as const

export function createMetrics(gauges: () => Gauges) {
  const metrics = createMetricSet('countersign_approver')
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (gauge: Gauge, now: Gauges) => void,
  ) => metrics.gauge(name, help, labelNames, (it) => collect(it, gauges()))
  /** A gauge without labels; a boolean is 1 while it holds. */
  const value = (name: string, help: string, read: (now: Gauges) => number | boolean) =>
    gauge(name, help, [], (it, now) => it.set(Number(read(now))))

  value('leader', '1 while this process leads.', ({ leads }) => leads)
  value('paused', '1 while the kill switch is on.', ({ paused }) => paused)
  value('live', '1 while the view of the cluster is live.', ({ isLive }) => isLive)
  gauge(
    'too_many_requests',
    '1 while a signer has so many requests that none of them is followed.',
    ['source'],
    (it, { tooMany }) => {
      for (const source of ['clientCsrs', 'servingCsrs'])
        it.set({ source }, Number(source === tooMany))
    },
  )
  gauge('mode', '1 for what the policy lets the approver do.', ['mode'], (it, { mode }) => {
    for (const name of MODES) it.set({ mode: name }, Number(name === mode))
  })
  gauge('policy_info', 'The policy in force.', ['name', 'generation'], (it, { policy }) => {
    if (policy !== null) it.set({ name: policy.name, generation: policy.generation }, 1)
  })
  value(
    'policy_problem',
    '1 while the policy document cannot be used and an earlier one, or none, is in force.',
    ({ policyProblem }) => policyProblem,
  )
  value(
    'expected_problem',
    '1 while the list of expected machines cannot be used and an earlier one, or none, is in force.',
    ({ expectedProblem }) => expectedProblem,
  )
  gauge('brake_tripped', 'Places where the brake has tripped.', ['scope'], (it, { trips }) => {
    for (const scope of BRAKE_SCOPES) {
      it.set({ scope }, trips.filter((trip) => trip.scope === scope).length)
    }
  })
  gauge('pending_requests', 'Requests that nobody decided.', ['signer'], (it, { pending }) => {
    for (const [signer, { count }] of pending) it.set({ signer }, count)
  })
  gauge(
    'oldest_pending_seconds',
    'Age of the oldest request that nobody decided.',
    ['signer'],
    (it, { pending, now }) => {
      for (const [signer, { oldestAt }] of pending) it.set({ signer }, (now - oldestAt) / 1_000)
    },
  )
  gauge(
    'left_requests',
    'Pending requests that are left to a person, by why and by the first check in the way.',
    ['because', 'check'],
    (it, { left }) => {
      for (const { because, check, count } of left) it.set({ because, check }, count)
    },
  )
  value(
    'approvals_by_other_policy',
    'Automatic approvals of the last hour, since this policy is in force, by another one.',
    ({ approvalsByOtherPolicy }) => approvalsByOtherPolicy,
  )
  value(
    'certificate_alarms',
    'Certificates that are not what was approved, since this process was started.',
    ({ certificateAlarms }) => certificateAlarms,
  )
  value(
    'last_sync_timestamp_seconds',
    'When the API server was last heard of the requests.',
    ({ lastSyncAt }) => (lastSyncAt ?? 0) / 1_000,
  )
  value(
    'events_dropped',
    'Events that were too many to be told.',
    ({ eventsDropped }) => eventsDropped,
  )
  const decisions = metrics.counter(
    'decisions_total',
    'Requests by what came of them while this process led, why, and the first check in the way.',
    ['outcome', 'because', 'check'],
  )
  const errors = metrics.counter('errors_total', 'What went wrong.', ['kind'])
  for (const kind of ERROR_KINDS) errors.inc({ kind }, 0)
  const sinceCreation = metrics.histogram(
    'time_to_approve_seconds',
    'From the creation of a request, which has whole seconds, to its approval.',
    SINCE_CREATION,
  )
  const sinceSeen = metrics.histogram(
    'reaction_seconds',
    'From the moment a request was first seen here to its approval.',
    SINCE_SEEN,
  )

  return {
    contentType: metrics.contentType,
    text: metrics.text,
    decided(outcome: Outcome, because: string, check: string): void {
      decisions.inc({ outcome, because, check })
    },
    /** Milliseconds since the request's creation, and since this process first saw it. */
    approved(sinceCreationMs: number, sinceSeenMs: number): void {
      sinceCreation.observe(Math.max(0, sinceCreationMs) / 1_000)
      sinceSeen.observe(Math.max(0, sinceSeenMs) / 1_000)
    },
    failed(kind: (typeof ERROR_KINDS)[number]): void {
      errors.inc({ kind })
    },
  }
}
