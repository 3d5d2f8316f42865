/** A leader that is suspended, as with its machine or on a hanging node, and resumed. */
import { expect, it } from 'vitest'
import { until } from '#sandbox/control-plane/wait-until.ts'
import type { KubeObject } from '../fixtures/kube-client.ts'
import { approvalCounts } from './approval-writes.ts'
import type { ApproverProcess } from './approver-process.ts'
import { leads } from './installation.ts'
import { sharedSite } from './shared-site.ts'
import { m } from './site.ts'

const PLENTY = { perNode: 9, perRequestor: 99, total: 999 }
const SUSPENDED_MS = 30_000

const site = sharedSite()

const approvedBy = (approver: ApproverProcess) =>
  approver.metric(m('decisions_total'), { outcome: 'approved' })

/** Approvals of each request, by the API server's audit log. */
function countsOf(filed: readonly KubeObject[]): readonly (number | undefined)[] {
  const counts = approvalCounts(site.cluster)
  return filed.map(({ metadata }) => counts.get(metadata.name))
}

/** Suspends the process during `work`, and for at least half a minute. */
async function suspend({ pid }: ApproverProcess, work: () => Promise<void>): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const since = Date.now()
  try {
    await work()
    await until('half a minute', () => Date.now() - since >= SUSPENDED_MS)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

it('the other replica takes over, and the resumed one approves nothing more, and nothing twice', async () => {
  const first = await site.lead({ mode: 'act', limits: PLENTY })
  const second = await site.installation.start('two')
  const machines = Array.from({ length: 40 }, site.fresh)
  for (const { nodeName, address } of machines) await site.join(nodeName, address)
  const filed = await Promise.all(
    machines.map(({ nodeName, address }) => site.file(nodeName, address)),
  )
  await until('the first approvals', async () => (await approvedBy(first)) > 0)
  const late: KubeObject[] = []
  await suspend(first, async () => {
    late.push(await site.goodRequest())
    await leads(second)
    for (const { metadata } of [...filed, ...late]) await site.approved(metadata.name)
    // Left for the moment at which the process resumes.
    await site.installation.writeDocuments({ paused: 'true' })
    await until('the kill switch', async () => (await second.metric(m('paused'))) === 1)
    for (let at = 0; at < 5; at += 1) late.push(await site.goodRequest())
  })
  await until('it to know of the other', async () => (await first.metric(m('leader'))) === 0)
  expect(await second.metric(m('leader'))).toBe(1)
  const before = await approvedBy(first)
  await site.installation.writeDocuments({ paused: 'false' })
  for (const { metadata } of late) await site.approved(metadata.name)
  // The audit log may have no 200 for an approval that was under way at the suspension.
  const counts = countsOf([...filed, ...late])
  expect(counts.filter((count) => (count ?? 0) > 1)).toEqual([])
  expect(countsOf(late)).toEqual(late.map(() => 1))
  expect(await approvedBy(first)).toBe(before)
  expect(first.log.filter(({ event }) => event === 'following')).toHaveLength(1)
})

it('a single replica leads again when resumed, and obeys a kill switch that was set meanwhile', async () => {
  const approver = await site.lead({ mode: 'act', limits: PLENTY })
  await site.approved((await site.goodRequest()).metadata.name)
  const filed: KubeObject[] = []
  await suspend(approver, async () => {
    await site.installation.writeDocuments({ paused: 'true' })
    for (let at = 0; at < 5; at += 1) filed.push(await site.goodRequest())
  })
  await leads(approver)
  await until('the kill switch', async () => (await approver.metric(m('paused'))) === 1)
  await until('all to be seen', async () => {
    return (await approver.metric(m('pending_requests'))) === filed.length
  })
  expect(countsOf(filed)).toEqual(filed.map(() => undefined))
  await site.installation.writeDocuments({ paused: 'false' })
  for (const { metadata } of filed) await site.approved(metadata.name)
  expect(countsOf(filed)).toEqual(filed.map(() => 1))
})
