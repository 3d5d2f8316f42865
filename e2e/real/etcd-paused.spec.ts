/** etcd stops for a minute, as on a hanging disk; the API server and its watches stay alive. */

import { approvalCounts } from '../approver/approval-writes.ts'
import { openSite } from '../approver/site.ts'
import { decide, itemOf, requests, snapshot, untilListed } from '../fixtures/api.ts'
import type { KubeObject } from '../fixtures/kube-client.ts'
import { untilLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn } from '../fixtures/real-requests.ts'
import { WAITS } from '../fixtures/waits.ts'

const PAUSED_MS = 60_000

test('the page says that nothing can be written, both programs decide nothing, and both continue by themselves', {
  tag: WAITS,
}, async ({ page, open }) => {
  test.setTimeout(240_000)
  const site = await openSite({ controllerManager: false })
  const { cluster, admin } = site
  try {
    const app = await open({ kubeconfig: cluster.kubeconfigs.approver })
    const approver = await site.lead({ mode: 'act' })
    const state = async () => (await snapshot(app)).feed.state
    const filed = await fileOn(admin, { nodeName: 'waits' })
    const begun = await fileOn(admin, { nodeName: 'begun-before' })
    const items: Record<string, ReturnType<typeof itemOf>> = {}
    for (const { metadata } of [filed, begun]) {
      items[metadata.name] = itemOf(await untilListed(app, metadata.uid))
    }
    const approve = (csr: KubeObject) => {
      const item = items[csr.metadata.name]
      return decide(app, { decision: 'approve', accept: 'plausible', items: [item] })
    }
    await page.goto(app.address)
    const button = page.getByRole('button', { name: 'Approve client for waits' })
    await expect(button).toBeEnabled()

    const { etcd = 0 } = await cluster.pids()
    process.kill(etcd, 'SIGSTOP')
    const since = Date.now()
    const underWay = approve(begun)
    try {
      await expect(page.getByText('Nothing can be decided just now.')).toBeVisible()
      console.log(`said in the page after ${Date.now() - since} ms`)
      await expect(page.getByText(/mostly it does not reach etcd/)).toBeVisible()
      await expect(button).toHaveAttribute('aria-disabled', 'true')
      expect((await approve(filed)).status).toBe(409)
      expect((await app.fetch('/readyz')).status).toBe(503)
      await expect.poll(async () => (await approver.get('/readyz')).text).toContain('store: silent')
      await expect.poll(() => approver.metric('countersign_approver_live')).toBe(0)
      await expect.poll(() => approver.metric('countersign_approver_leader')).toBe(0)
      await expect
        .poll(
          async () => {
            expect(await state()).toBe('withheld')
            return Date.now() - since
          },
          { intervals: [1_000], timeout: 90_000 },
        )
        .toBeGreaterThanOrEqual(PAUSED_MS)
    } finally {
      process.kill(etcd, 'SIGCONT')
    }
    const resumed = Date.now()
    await untilLive(page)
    console.log(`live again after ${Date.now() - resumed} ms`)
    // An approval under way when etcd stopped is unknown or done, and never done twice.
    const [line] = (await underWay).lines
    expect(['approved', 'unknown', 'alreadyDecided']).toContain(line?.outcome)
    expect((await approve(filed)).lines.map(({ outcome }) => outcome)).toEqual(['approved'])
    const automatic = await site.goodRequest()
    await site.approved(automatic.metadata.name)
    const counts = approvalCounts(cluster)
    expect(counts.get(filed.metadata.name)).toBe(1)
    expect(counts.get(automatic.metadata.name)).toBe(1)
    for (const { metadata } of [filed, begun, automatic]) {
      const conditions = await site.conditions(metadata.name)
      expect(conditions.filter((type) => type === 'Approved').length).toBeLessThan(2)
    }
    expect((await requests(app)).map(({ uid }) => uid).toSorted()).toEqual(
      [filed, begun, automatic].map(({ metadata }) => metadata.uid).toSorted(),
    )
  } finally {
    await site.end()
  }
})
