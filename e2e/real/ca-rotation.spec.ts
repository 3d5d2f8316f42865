/** A new CA for the cluster while both programs run, without a restart. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { Authority } from '#sandbox/authority.ts'
import { startApprover } from '../approver/approver-process.ts'
import { leads } from '../approver/installation.ts'
import { policyText } from '../approver/policy-text.ts'
import { decide, itemOf, snapshot, untilListed } from '../fixtures/api.ts'
import { openGate } from '../fixtures/gate.ts'
import { conditionTypes, readCsr } from '../fixtures/kube-client.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'
import { WAITS } from '../fixtures/waits.ts'

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

test(
  'a certificate of another CA is shown plainly, and the page is live again once the CA file has it',
  { tag: WAITS },
  async ({ page, cluster, kube, open }, testInfo) => {
    const gate = await openGate(cluster, 'admin')
    const file = (name: string, text: string) => {
      const path = testInfo.outputPath(name)
      writeFileSync(path, text)
      return path
    }
    const ca = file('ca.crt', readFileSync(cluster.ca, 'utf8'))
    const config = parse(readFileSync(gate.kubeconfig, 'utf8'))
    const { server } = config.clusters[0].cluster
    config.clusters[0].cluster = { server, 'certificate-authority': 'ca.crt' }
    const kubeconfig = file('kubeconfig', JSON.stringify(config))
    const policy = file('policy.yaml', policyText({ mode: 'shadow' }))
    const app = await open({ kubeconfig })
    const approver = await startApprover({ kubeconfig, policy, lease: 'default/ca-rotation' })
    try {
      await leads(approver)
      await openLive(page, app)

      const now = Date.now()
      const authority = new Authority('rotated-ca', now)
      const servesAt = { name: 'kubernetes', ip: '127.0.0.1' }
      const shown = authority.issueWithKey({ commonName: 'kube-apiserver', servesAt, now })
      gate.present({ cert: shown.certificate, key: shown.privateKey })
      await expect(
        page.getByText(/a CA that is not the one in the kubeconfig|not signed by the CA/).first(),
      ).toBeVisible()
      expect((await snapshot(app)).feed.state).not.toBe('live')
      await expect.poll(() => approver.metric('countersign_approver_leader')).toBe(0)

      writeFileSync(ca, authority.pem)
      await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 60_000 })
      await leads(approver)
      // Each source tries again by itself: a late one would end the live feed once more.
      const mayDecide = async () => {
        const { feed, cluster } = await snapshot(app)
        const isRead = Object.values(feed.sources).every(
          ({ state }) => state === 'live' || state === 'absent',
        )
        return feed.state === 'live' && isRead && cluster.access.approval
      }
      await expect.poll(mayDecide, { timeout: 60_000 }).toBe(true)
      const filed = await fileOn(kube, { nodeName: 'after-rotation' })
      const row = await untilListed(app, filed.metadata.uid)
      const order = { decision: 'approve', accept: 'plausible', items: [itemOf(row)] }
      expect(await decide(app, order)).toMatchObject({
        status: 200,
        lines: [{ outcome: 'approved' }],
      })
      expect(conditionTypes(await readCsr(kube, filed.metadata.name))).toContain('Approved')
    } finally {
      await approver.stop()
      await gate.stop()
    }
  },
)
