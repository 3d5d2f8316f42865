/**
 * A renewal on a cluster without Machines is verified by the certificate its kubelet presents: a
 * real kubelet with certificates so short-lived that it renews during the test.
 */

import { KUBELET_SERVING } from '#lib/csr/names.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { type Cluster, startCluster } from '#sandbox/control-plane/control-plane.ts'
import { needKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import type { App } from '../fixtures/app.ts'
import { liveEnv } from '../fixtures/live-env.ts'
import { expect, test } from '../fixtures/real.ts'
import { WAITS } from '../fixtures/waits.ts'

/**
 * Lifetime of which a kubelet uses 70–90 % before it renews; the signer backdates by five minutes.
 */
const SHORT_LIVED = '--cluster-signing-duration=150s'

let short: Cluster

test.beforeAll(async () => {
  test.setTimeout(120_000)
  short = await startCluster({ openshift: false, controllerManagerArgs: [SHORT_LIVED] })
})

test.afterAll(async () => {
  await short.stop()
})

async function requestsOf(app: App, node: string): Promise<readonly RequestDetail[]> {
  const answer = await app.fetch(`/api/machines/${node}`)
  if (answer.status !== 200) return []
  return ((await answer.json()) as { requests: readonly RequestDetail[] }).requests
}

/** The newest pending request of that signer, or null. */
async function pending(app: App, node: string, serving: boolean): Promise<RequestDetail | null> {
  const requests = await requestsOf(app, node)
  return (
    requests.find(
      ({ status, signerName }) =>
        status === 'Pending' && (signerName === KUBELET_SERVING) === serving,
    ) ?? null
  )
}

function liveOf(request: RequestDetail | null): string | null {
  const check = request?.checks.find(({ code }) => code === 'identity.liveCertificate')
  return check === undefined ? null : `${check.outcome} ${check.finding}`
}

test('the certificate a kubelet presents does not confirm its first request, and confirms its renewal', {
  tag: WAITS,
}, async ({ page, open }) => {
  needKubelets(short, test.skip)
  test.setTimeout(300_000)
  const app = await open({
    kubeconfig: short.kubeconfigs.approver,
    env: liveEnv(true),
  })
  const approve = (name: string) => short.kubectl(['certificate', 'approve', name])

  await short.startKubelet('worker-1', { bootstrap: 'kubeadm' })
  await expect.poll(() => pending(app, 'worker-1', false), { timeout: 60_000 }).not.toBeNull()
  await approve((await pending(app, 'worker-1', false))?.name ?? '')

  // Its first request: the kubelet has no certificate yet, and sends an alert.
  await expect
    .poll(async () => liveOf(await pending(app, 'worker-1', true)), { timeout: 60_000 })
    .toBe('unknown noCertificate')
  const first = await pending(app, 'worker-1', true)
  expect(first?.verdict).toBe('plausible')
  await approve(first?.name ?? '')

  // Its renewal: the names and addresses of the certificate it already presents.
  await expect
    .poll(async () => liveOf(await pending(app, 'worker-1', true)), { timeout: 150_000 })
    .toBe('pass same')
  const renewal = await pending(app, 'worker-1', true)
  expect(renewal?.verdict).toBe('verified')
  expect(renewal?.reading.x509cr?.publicKey).not.toEqual(first?.reading.x509cr?.publicKey)

  // Opened on the request's own page: the machine's page may show its client renewal first.
  await page.goto(app.at(`/requests/${renewal?.uid}`))
  await page.getByRole('button', { name: /^Show \d+ passed/ }).click()
  await expect(page.getByText('Confirmed by the kubelet’s own certificate')).toBeVisible()
  await page.goto(app.at('/machines/worker-1'))
  await expect(page.getByText('exec and logs available')).toBeVisible()

  // Once its requests are deleted, as after an hour, the kubelet still confirms it.
  await approve(renewal?.name ?? '')
  await expect.poll(() => pending(app, 'worker-1', true)).toBeNull()
  await short.kubectl(['delete', 'csr', '--all'])
  await page.goto(app.at('/nodes'))
  const row = page.getByRole('row', { name: /^worker-1 / })
  // The kubelet may have filed the next renewal: then its row also says by whom.
  await expect(row).toContainText(/expires in \d+ (s|min).*Available/)
  expect(
    (await requestsOf(app, 'worker-1')).filter(({ certificate }) => certificate !== null),
  ).toEqual([])
})
