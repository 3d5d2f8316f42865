import type { DecisionOrderItem } from '#lib/act/decision-body.ts'
import type { RowChange } from '#lib/cluster/board.ts'
import { CHECK_CODES } from '#lib/csr/check-facts.ts'
import { ALARM_KINDS, type AlarmKind } from '#lib/csr/model.ts'
import { createMetricSet } from '#lib/metrics/metric-set.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'
import { addGauges, FEED_STATES, type MetricsOptions } from '#lib/web/metrics/dashboard-gauges.ts'
import { joinTimes } from '#lib/web/metrics/join-times.ts'
import type { DeliveryOutcome } from '#lib/web/notify/webhook.ts'
import type { Decision, FeedState, Outcome } from '#lib/wire/wire.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** Seconds. An event should be painted within 50 ms; this is the server's part. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
/** Seconds: a program approves in one or two, a person within the hour. */
const APPROVE_BUCKETS = [1, 2, 5, 10, 30, 60, 300, 900, 1_800, 2_700, 3_600, 7_200]
const ISSUE_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 300]
/** Most remembered joined nodes: one that becomes NotReady and Ready again is counted once. */
const MOST_JOINED = 20_000

export function createMetrics(options: MetricsOptions) {
  const metrics = createMetricSet('countersign')
  const { histogram } = metrics
  const stop = addGauges(metrics, options)
  /** A counter with a series at 0 for each value of its label that can be known before. */
  const counter = (name: string, help: string, label: string, values: readonly string[] = []) => {
    const made = metrics.counter(name, help, [label])
    for (const value of values) made.inc({ [label]: value }, 0)
    return made
  }

  const decisions = metrics.counter(
    'decisions_total',
    'Items decided or not, by what was asked, what came of it and the first check that had failed.',
    ['decision', 'outcome', 'check'],
  )
  const refused = counter(
    'refused_http_requests_total',
    'HTTP requests that were refused before anything was done, by the code of the answer.',
    'code',
  )
  const approvedAgainst = counter(
    'approved_against_checks_total',
    'Requests of kubelets that were approved, by anybody, while refused or suspicious.',
    'verdict',
    ['refused', 'suspicious'],
  )
  const alarmsDropped = counter(
    'dropped_alarms_total',
    'Alarms that newer ones replaced here, and that nobody has dismissed, by kind.',
    'kind',
    ALARM_KINDS,
  )
  const losses = counter(
    'feed_losses_total',
    'Times that a live view of the cluster was lost, by the state that followed.',
    'state',
    FEED_STATES.filter((state) => state !== 'live'),
  )
  const deliveries = counter(
    'webhook_messages_total',
    'Messages to the webhook, by what came of them.',
    'outcome',
    ['delivered', 'failed', 'dropped'] satisfies DeliveryOutcome[],
  )
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
    /** Ends the samples of the event loop, which a first scrape begins. */
    stop,
    decided: (decision: Decision, outcome: Outcome, item: Pick<DecisionOrderItem, 'saw'>): void =>
      decisions.inc({ decision, outcome, check: firstFailing(item) }),
    refused: (code: ProblemCode): void => refused.inc({ code }),
    /** Counts an alarm that was dropped for newer ones before a person dismissed it. */
    alarmDropped: (kind: AlarmKind): void => alarmsDropped.inc({ kind }),
    /** Counts an approval, by a person or program, of a refused or suspicious request. */
    approvedAgainst: (verdict: string): void => approvedAgainst.inc({ verdict }),
    /** Milliseconds between an event's arrival and the patch that contains it. */
    published: (ageMs: number): void => latency.observe(ageMs / 1000),
    /** Takes rows that changed while the feed was live, at that time. */
    rowsChanged(changes: readonly RowChange[], at: number): void {
      for (const { step, signer, seconds, node = '' } of joinTimes(changes, at)) {
        if (step !== 'ready') steps[step].observe({ signer }, seconds)
        else if (!joined.has(node)) {
          steps.ready.observe(seconds)
          if (joined.size >= MOST_JOINED) joined.clear()
          joined.add(node)
        }
      }
    },
    feedIs(state: FeedState): void {
      if (isLive && state !== 'live') losses.inc({ state })
      isLive = state === 'live'
    },
    webhookEnded: (outcome: DeliveryOutcome): void => deliveries.inc({ outcome }),
  }
}

const KNOWN_CHECKS: ReadonlySet<string> = new Set(CHECK_CODES)

/** First failed check that the person saw; '' for none and for an unknown code. */
function firstFailing({ saw }: Pick<DecisionOrderItem, 'saw'>): string {
  const [first = ''] = saw?.failing ?? []
  return KNOWN_CHECKS.has(first) ? first : ''
}
