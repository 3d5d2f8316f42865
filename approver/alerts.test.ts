import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { createMetrics, type Gauges } from '#approver/metrics.ts'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly annotations: { readonly summary: string }
    }[]
  }[]
}

const file = new URL('../deploy/approver-alerts.yaml', import.meta.url)
const { groups } = parse(readFileSync(file, 'utf8')) as Rules
const rules = groups.flatMap((group) => group.rules)

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
  lastSyncAt: 60_000,
  isLive: true,
  eventsDropped: 0,
  now: 90_000,
}

it.each(rules.map(({ alert, expr }) => [alert, expr]))(
  '%s asks for what is told',
  async (_, expr) => {
    const metrics = createMetrics(() => NOW)
    const text = await metrics.text()
    const names = expr.match(/countersign_approver_\w+/g) ?? []
    expect(names).not.toEqual([])
    for (const name of names) expect(text).toContain(`# TYPE ${name} `)
    for (const [, label] of expr.matchAll(/(?:by \(|\{)(\w+)/g))
      expect(text).toContain(`${label}="`)
  },
)

it('tells what is there, by whom and why', async () => {
  const metrics = createMetrics(() => NOW)
  metrics.decided('left', 'suspicious', 'sans.owned')
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
    'countersign_approver_last_sync_timestamp_seconds 60',
    'countersign_approver_decisions_total{outcome="left",because="suspicious",check="sans.owned"} 1',
    'countersign_approver_reaction_seconds_bucket{le="0.05"} 1',
    'countersign_approver_time_to_approve_seconds_bucket{le="0.5"} 0',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})
