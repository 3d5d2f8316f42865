import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createMetrics, type Gauges } from '#approver/approver-metrics.ts'
import { readPromql } from '#approver/fixtures/promql.ts'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly annotations: Readonly<Record<string, string>>
    }[]
  }[]
}

const file = new URL('../deploy/chart/files/approver-alerts.yaml', import.meta.url)
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
  certificateAlarms: 1,
  lastSyncAt: 60_000,
  isLive: true,
  eventsDropped: 0,
  now: 90_000,
}

/** Labels of every exported series, by metric. */
async function told(): Promise<ReadonlyMap<string, readonly Record<string, string>[]>> {
  const series = new Map<string, Record<string, string>[]>()
  for (const line of (await createMetrics(() => NOW).text()).split('\n')) {
    const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? []
    if (name === undefined) continue
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
      key,
      value,
    ])
    series.set(name, [...(series.get(name) ?? []), Object.fromEntries(pairs)])
  }
  return series
}

/** Labels that an expression keeps by its `by (…)`; null when it keeps all. */
function kept(expr: string): readonly string[] | null {
  const [, list] = /\bby \(([^)]*)\)/.exec(expr) ?? []
  if (list !== undefined) return list.split(',').map((label) => label.trim())
  return /\b(?:sum|max|min|count)\(/.test(expr) ? [] : null
}

describe.each(rules.map((rule) => [rule.alert, rule] as const))(
  '%s',
  (_, { expr, annotations }) => {
    const { problems, metrics: names } = readPromql(expr)

    it('is PromQL', () => expect(problems).toEqual([]))

    it('reads only exported metrics', async () => {
      const series = await told()
      expect(names).not.toEqual([])
      for (const name of names) expect(series.get(name) ?? []).not.toEqual([])
    })

    it('reads labels that these metrics have, and values that occur', async () => {
      const series = await told()
      for (const [, name = '', selector = ''] of expr.matchAll(/(\w+)\{([^}]*)\}/g)) {
        const matchers = [...selector.matchAll(/(\w+)\s*(=~|=)\s*"([^"]*)"/g)]
        expect(matchers.map(([whole]) => whole).join(',')).toBe(selector)
        const fits = (labels: Record<string, string>) =>
          matchers.every(([, label = '', operator, wanted = '']) => {
            const value = labels[label]
            if (value === undefined) return false
            return operator === '=' ? value === wanted : new RegExp(`^(?:${wanted})$`).test(value)
          })
        expect((series.get(name) ?? []).some(fits)).toBe(true)
      }
      for (const label of kept(expr) ?? []) {
        for (const name of names) expect(series.get(name)?.[0]).toHaveProperty(label)
      }
    })

    it('names only labels in its text that the expression keeps', () => {
      const words = Object.values(annotations).join(' ')
      const named = [...words.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label)
      expect(kept(expr) ?? named).toEqual(expect.arrayContaining(named))
    })
  },
)

describe('an expression that Prometheus would not load is noticed', () => {
  it.each([
    ['nothing', ''],
    ['an aggregation that never ends', 'max by (scope) (m > 0'],
    ['labels that never end', 'max by (scope (m) > 0'],
    ['labels without parentheses', 'sum by kind (m) > 5'],
    ['a selector that never ends', 'm{because="suspicious"'],
    ['a text that never ends', 'm{because="suspicious} > 0'],
    ['a value without quotes', 'm{because=~suspicious} > 0'],
    ['no value to compare with', 'm >'],
    ['two operators', 'm > * 2'],
    ['no operator', 'm n'],
    ['a function that there is not', 'summ(m) > 0'],
    ['a time that never ends', 'increase(m[10m) > 5'],
    ['a unit that there is not', 'increase(m[10q]) > 5'],
    ['an increase over no time', 'increase(m) > 5'],
    ['an increase of a sum', 'increase(sum(m)) > 5'],
    ['a time for nothing', 'max(m[10m]) > 5'],
    ['a metric by its label', '{__name__="m"} > 0'],
  ])('%s', (_case, expr) => {
    expect(readPromql(expr).problems).not.toEqual([])
  })
})

it('lists every metric with its labels and their values', async () => {
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
    'countersign_approver_certificate_alarms 1',
    'countersign_approver_last_sync_timestamp_seconds 60',
    'countersign_approver_decisions_total{outcome="left",because="suspicious",check="sans.owned"} 1',
    'countersign_approver_reaction_seconds_bucket{le="0.05"} 1',
    'countersign_approver_time_to_approve_seconds_bucket{le="0.5"} 0',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})
