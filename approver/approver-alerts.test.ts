import { describe, expect, it } from 'vitest'
import { createMetrics, type Gauges } from '#lib/act/approver-metrics.ts'
import {
  alertRules,
  exprProblems,
  grafanaPanels,
  ruleProblems,
  seriesOf,
} from '#lib/metrics/fixtures/alert-rules.ts'

const NOW: Gauges = {
  leads: true,
  paused: false,
  mode: 'act',
  policy: { name: 'rack2', generation: '1a2b3c4d5e6f' },
  policyProblem: false,
  expectedProblem: false,
  trips: [{ scope: 'node', name: 'worker-1', at: '2026-11-24T12:00:00Z' }],
  pending: new Map([['kubernetes.io/kubelet-serving', { count: 2, oldestAt: 0 }]]),
  left: [{ because: 'suspicious', check: 'sans.owned', count: 1 }],
  approvalsByOtherPolicy: 0,
  certificateAlarms: 1,
  tooMany: null,
  lastSyncAt: 60_000,
  isLive: true,
  eventsDropped: 0,
  now: 90_000,
}

const metrics = createMetrics(() => NOW)
metrics.decided('left', 'suspicious', 'sans.owned')
const series = seriesOf(await metrics.text())

describe('alerts of the approver, which read in PromQL what it exports', () => {
  const rules = alertRules('approver-alerts.yaml').map((rule) => [rule.alert, rule] as const)
  it.each(rules)('the alert %s reads what the approver exports', (_, rule) =>
    expect(ruleProblems(rule, series)).toEqual([]),
  )
})

it('the Grafana dashboard reads what the approver exports', () => {
  const exprs = grafanaPanels().flatMap(({ targets }) => targets.map(({ expr }) => expr))
  const own = exprs.filter((expr) => expr.includes('countersign_approver_'))
  expect(own.length).toBeGreaterThan(2)
  expect(own.flatMap((expr) => exprProblems(expr, series))).toEqual([])
})

it('the docs list every metric with its labels and their values', async () => {
  metrics.approved(900, 40)
  const text = await metrics.text()
  for (const line of [
    'countersign_approver_leader 1',
    'countersign_approver_mode{mode="act"} 1',
    'countersign_approver_policy_info{name="rack2",generation="1a2b3c4d5e6f"} 1',
    'countersign_approver_brake_tripped{scope="node"} 1',
    'countersign_approver_brake_tripped{scope="total"} 0',
    'countersign_approver_pending_requests{signer="kubernetes.io/kubelet-serving"} 2',
    'countersign_approver_oldest_pending_seconds{signer="kubernetes.io/kubelet-serving"} 90',
    'countersign_approver_left_requests{because="suspicious",check="sans.owned"} 1',
    'countersign_approver_certificate_alarms 1',
    'countersign_approver_last_sync_timestamp_seconds 60',
    'countersign_approver_decisions_total{outcome="left",because="suspicious",check="sans.owned"} 1',
    'countersign_approver_reaction_seconds_bucket{le="0.05"} 1',
    'countersign_approver_time_to_approve_seconds_bucket{le="0.5"} 0',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})
