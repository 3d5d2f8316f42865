import { describe, expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { ago, makeAgainst, makeMachine, makeRequest, NOW } from '#lib/csr/fixtures/make-rows.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import {
  alertRules,
  exprProblems,
  grafanaPanels,
  ruleProblems,
  seriesOf,
} from '#lib/metrics/fixtures/alert-rules.ts'
import type { MetricsOptions } from '#lib/web/metrics/dashboard-gauges.ts'
import { createMetrics, type Metrics } from '#lib/web/metrics/metrics.ts'

type Options = Parameters<typeof liveCluster>[0]

async function metricsOf(
  options: Options = {},
  read: Partial<MetricsOptions> = {},
): Promise<Metrics> {
  const { feed, clock } = await liveCluster(options)
  return createMetrics({
    feed: () => feed,
    streams: () => 0,
    sessions: () => 0,
    runs: () => [],
    webhookQueue: () => 0,
    now: clock.now,
    ...read,
  })
}

it('the metrics show a cluster that is read while an input of its checks is not known', async () => {
  const text = await (await metricsOf({ before: { policyUnknown: [said('no')] } })).text()
  expect(text).toContain('countersign_feed_state{state="withheld"} 1\n')
  expect(text).toContain('countersign_feed_state{state="live"} 0\n')
})

it('refusals are counted by their code', async () => {
  const metrics = await metricsOf()
  for (const code of ['foreignHost', 'crossSite', 'foreignHost'] as const) metrics.refused(code)
  const text = await metrics.text()
  expect(text).toContain('countersign_refused_http_requests_total{code="foreignHost"} 2\n')
  expect(text).toContain('countersign_refused_http_requests_total{code="crossSite"} 1\n')
})

it('alarms that newer ones dropped are counted by kind', async () => {
  const metrics = await metricsOf()
  metrics.alarmDropped('approvedAgainst')
  const text = await metrics.text()
  expect(text).toContain('countersign_dropped_alarms_total{kind="approvedAgainst"} 1\n')
  expect(text).toContain('countersign_dropped_alarms_total{kind="issuedOtherwise"} 0\n')
})

it('certificates that are not what was approved are counted', async () => {
  const issued = (nodeName: string, forName: string) =>
    approved(makeCsr({ nodeName }), undefined, makeCertificate({ nodeName: forName }))
  const csrs = [issued('worker-1', 'worker-1'), issued('worker-2', 'api'), issued('worker-3', 'x')]
  const text = await (await metricsOf({ csrs })).text()
  expect(text).toContain('countersign_certificate_alarms{kind="issuedOtherwise"} 2\n')
  expect(text).toContain('countersign_certificate_alarms{kind="approvedAgainst"} 0\n')
})

it('approvals against the checks are counted separately, with a machine or without', async () => {
  const { feed, clock, turn } = await liveCluster({ csrs: [makeCsr()] })
  feed.raiseAlarm({ ...makeAgainst(), since: null })
  feed.raiseAlarm({ ...makeAgainst({ uid: 'alone', machine: null }), since: null })
  await turn()
  const metrics = createMetrics({
    feed: () => feed,
    ...{ streams: () => 0, sessions: () => 0, runs: () => [], webhookQueue: () => 0 },
    now: clock.now,
  })
  expect(feed.moment().rows.machines.get('worker-1')?.alarm).not.toBeNull()
  const text = await metrics.text()
  expect(text).toContain('countersign_certificate_alarms{kind="approvedAgainst"} 2\n')
  expect(text).toContain('countersign_certificate_alarms{kind="issuedOtherwise"} 0\n')
})

/** A request filed that many minutes before the scripted cluster's noon. */
const filed = (name: string, minutes: number) =>
  makeCsr({
    name,
    nodeName: name,
    createdAt: new Date(Date.UTC(2026, 10, 24, 12) - minutes * 60_000).toISOString(),
  })

it('pending requests are counted by signer and age, and machines past their hour', async () => {
  const csrs = [14, 15, 44, 45, 59, 60, 90].map((minutes) => filed(`w${minutes}`, minutes))
  const text = await (await metricsOf({ csrs })).text()
  const signer = 'kubernetes.io/kubelet-serving'
  for (const [age, count] of [
    ['under15m', 1],
    ['under45m', 2],
    ['under1h', 2],
    ['over1h', 2],
  ]) {
    const labels = `signer="${signer}",age="${age}"`
    expect(text).toContain(`countersign_pending_requests{${labels}} ${count}\n`)
  }
  const [, oldest] = /^countersign_oldest_pending_seconds\{[^}]*\} (\S+)$/m.exec(text) ?? []
  expect(Math.floor(Number(oldest))).toBe(5_400)
  expect(text).toContain('countersign_overdue_machines 2\n')
})

it('decisions are counted by the first failed check, which no client can invent', async () => {
  const metrics = await metricsOf()
  const item = (...failing: string[]) => ({
    saw: { status: 'Pending', verdict: 'suspicious' as const, failing },
  })
  metrics.decided('approve', 'approved', item('sans.owned', 'usages'))
  metrics.decided('approve', 'refused', item('invented'))
  metrics.decided('deny', 'denied', {})
  const text = await metrics.text()
  const line = (decision: string, outcome: string, check: string) =>
    `countersign_decisions_total{decision="${decision}",outcome="${outcome}",check="${check}"} 1\n`
  expect(text).toContain(line('approve', 'approved', 'sans.owned'))
  expect(text).toContain(line('approve', 'refused', ''))
  expect(text).toContain(line('deny', 'denied', ''))
})

it('each loss of a live feed is counted by the state that followed', async () => {
  const metrics = await metricsOf()
  for (const state of ['connecting', 'live', 'reconnecting', 'stale', 'live', 'stale'] as const) {
    metrics.feedIs(state)
  }
  const text = await metrics.text()
  expect(text).toContain('countersign_feed_losses_total{state="reconnecting"} 1\n')
  expect(text).toContain('countersign_feed_losses_total{state="stale"} 1\n')
})

it('the metrics show sessions, streams, runs and the webhook', async () => {
  const metrics = await metricsOf(
    {},
    {
      streams: () => 3,
      sessions: () => 2,
      runs: () => ['running', 'finished', 'running'],
      webhookQueue: () => 4,
    },
  )
  metrics.webhookEnded('failed')
  const text = await metrics.text()
  for (const line of [
    'countersign_stream_clients 3',
    'countersign_sessions 2',
    'countersign_runs{status="running"} 2',
    'countersign_runs{status="paused"} 0',
    'countersign_webhook_queued_messages 4',
    'countersign_webhook_messages_total{outcome="failed"} 1',
    'countersign_webhook_messages_total{outcome="delivered"} 0',
    'countersign_event_loop_lag_seconds{stat="p99"} 0',
  ]) {
    expect(text).toContain(`${line}\n`)
  }
})

it('a site that stops takes no more samples of the event loop, and another one goes on', async () => {
  const lagOf = async (metrics: Metrics) =>
    Number(/event_loop_lag_seconds\{stat="max"\} (\S+)/.exec(await metrics.text())?.[1])
  const [stopped, other] = [await metricsOf(), await metricsOf()]
  for (const metrics of [stopped, other]) expect(await lagOf(metrics)).toBe(0)
  stopped.stop()
  await stopped.text()
  await expect.poll(() => lagOf(other)).toBeGreaterThan(0)
  expect(await lagOf(stopped)).toBe(0)
  other.stop()
})

it('the joining of a node is counted once, also when it becomes Ready again', async () => {
  const metrics = await metricsOf()
  const requests = [makeRequest({ status: 'Approved,Issued', decidedAt: ago(30) })]
  const before = makeMachine({ requests })
  const after = makeMachine({ requests, joinedAt: ago(10) })
  for (const [one, other] of [
    [before, after],
    [after, before],
    [before, after],
  ] as const) {
    metrics.rowsChanged([{ kind: 'machine', key: 'worker-1', before: one, after: other }], NOW)
  }
  expect(await metrics.text()).toContain('countersign_time_to_ready_seconds_count 1\n')
})

/** The metrics of a cluster in which each metric has a series. */
async function fullSeries() {
  const metrics = await metricsOf({
    csrs: [filed('w1', 1)],
  })
  for (const outcome of ['approved', 'error', 'forbidden', 'unknown'] as const) {
    metrics.decided('approve', outcome, {})
  }
  const before = makeMachine()
  const request = makeRequest({ status: 'Approved,Issued', decidedAt: before.firstPendingAt })
  const after = makeMachine({ requests: [request] })
  metrics.rowsChanged([{ kind: 'machine', key: 'worker-1', before, after }], 0)
  return seriesOf(await metrics.text())
}

const series = await fullSeries()

describe('each alert of the dashboard reads what it exports, in PromQL', () => {
  const rules = alertRules('dashboard-alerts.yaml').map((rule) => [rule.alert, rule] as const)
  it.each(rules)('the alert %s reads what the dashboard exports, in PromQL', (_, rule) =>
    expect(ruleProblems(rule, series)).toEqual([]),
  )
})

describe('the Grafana dashboard', () => {
  const panels = grafanaPanels()
  const own = panels.flatMap(({ title, targets }) =>
    targets
      .filter(({ expr }) => !expr.includes('countersign_approver_'))
      .map(({ expr, legendFormat = '' }) => [`${title}: ${legendFormat}`, expr] as const),
  )
  it.each(own)('the Grafana panel %s reads what the dashboard exports', (_, expr) =>
    expect(exprProblems(expr, series)).toEqual([]),
  )

  it.each(['certificate_alarms', 'approved_against_checks_total'])(
    'the dashboard shows countersign_%s, for which there is an alert',
    (name) => {
      const alerts = alertRules('dashboard-alerts.yaml').map(({ expr }) => expr)
      const shown = own.map(([, expr]) => expr)
      for (const exprs of [alerts, shown]) expect(exprs.join()).toContain(`countersign_${name}`)
    },
  )

  it('the dashboard’s panels have different numbers and titles', () => {
    expect(panels.length).toBeGreaterThanOrEqual(10)
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
  })
})
