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

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  decided(outcome: Outcome, because: string, check: string): void
  /** Milliseconds since the request's creation, and since this process first saw it. */
  approved(sinceCreationMs: number, sinceSeenMs: number): void
  failed(kind: 'lease' | 'event' | 'write' | 'other'): void
}

/** Buckets in seconds. A creation timestamp has whole seconds, so it adds up to one second. */
const SINCE_CREATION = [0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1_800, 3_600]
const SINCE_SEEN = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60]
const MODES = ['off', 'shadow', 'act', 'none'] as const
const PREFIX = 'countersign_approver'

export function createMetrics(gauges: () => Gauges): Metrics {
  const metrics = createMetricSet(PREFIX)
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    collect: (gauge: Gauge, now: Gauges) => void,
  ) => metrics.gauge(name, help, labelNames, (it) => collect(it, gauges()))

  gauge('leader', '1 while this process leads.', [], (it, { leads }) => it.set(leads ? 1 : 0))
  gauge('paused', '1 while the kill switch is on.', [], (it, { paused }) => it.set(paused ? 1 : 0))
  gauge('live', '1 while the view of the cluster is live.', [], (it, { isLive }) =>
    it.set(isLive ? 1 : 0),
  )
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
    for (const name of MODES) it.set({ mode: name }, name === mode ? 1 : 0)
  })
  gauge('policy_info', 'The policy in force.', ['name', 'generation'], (it, { policy }) => {
    if (policy !== null) it.set({ name: policy.name, generation: policy.generation }, 1)
  })
  gauge(
    'policy_problem',
    '1 while the policy document cannot be used and an earlier one, or none, is in force.',
    [],
    (it, { policyProblem }) => it.set(policyProblem ? 1 : 0),
  )
  gauge(
    'expected_problem',
    '1 while the list of expected machines cannot be used and an earlier one, or none, is in force.',
    [],
    (it, { expectedProblem }) => it.set(expectedProblem ? 1 : 0),
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
  gauge(
    'approvals_by_other_policy',
    'Automatic approvals of the last hour, since this policy is in force, by another one.',
    [],
    (it, { approvalsByOtherPolicy }) => it.set(approvalsByOtherPolicy),
  )
  gauge(
    'certificate_alarms',
    'Certificates that are not what was approved, since this process was started.',
    [],
    (it, { certificateAlarms }) => it.set(certificateAlarms),
  )
  gauge(
    'last_sync_timestamp_seconds',
    'When the API server was last heard of the requests.',
    [],
    (it, { lastSyncAt }) => it.set(lastSyncAt === null ? 0 : lastSyncAt / 1_000),
  )
  gauge('events_dropped', 'Events that were too many to be told.', [], (it, { eventsDropped }) =>
    it.set(eventsDropped),
  )
  const decisions = metrics.counter(
    'decisions_total',
    'Requests by what came of them while this process led, why, and the first check in the way.',
    ['outcome', 'because', 'check'],
  )
  const errors = metrics.counter('errors_total', 'What went wrong.', ['kind'])
  for (const kind of ['lease', 'event', 'write', 'other']) errors.inc({ kind }, 0)
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
    decided: (outcome, because, check) => decisions.inc({ outcome, because, check }),
    approved(sinceCreationMs, sinceSeenMs) {
      sinceCreation.observe(Math.max(0, sinceCreationMs) / 1_000)
      sinceSeen.observe(Math.max(0, sinceSeenMs) / 1_000)
    },
    failed: (kind) => errors.inc({ kind }),
  }
}
