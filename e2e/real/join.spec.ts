/** The main job with real kubelets: from a machine's first request to exec and logs, by clicks. */
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { needKubelets } from '#sandbox/control-plane/real-kubelets.ts'
import { CSRS, deleteCsrs, healthzOf, type KubeObject } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'

test.beforeEach(({ kube }) => deleteCsrs(kube))

test('an admin takes a machine from its first request to Ready, and exec and logs work', async ({
  page,
  cluster,
  kube,
  app,
}) => {
  needKubelets(cluster, test.skip)
  const healthz = () => healthzOf(kube, 'worker-1')

  await page.goto(app.address)
  await expect(page.getByRole('heading', { name: 'No machine is waiting for you' })).toBeVisible()

  await cluster.startKubelet('worker-1')
  const approveClient = page.getByRole('button', { name: 'Approve client for worker-1' })
  await expect(approveClient).toBeVisible({ timeout: 30_000 })
  // The key leaves the address bar once it was read.
  expect(page.url()).not.toContain(app.key)
  await approveClient.click()

  // The serving request comes by itself; until its approval exec and logs fail.
  const approveServing = page.getByRole('button', { name: 'Approve serving for worker-1' })
  await expect(approveServing).toBeVisible({ timeout: 60_000 })
  await expect.poll(healthz, { timeout: 30_000 }).toContain('tls: internal error')
  await approveServing.click()

  await expect.poll(healthz, { timeout: 30_000 }).toBe('ok')
  // The row stays under the pointer and shows its stage; once the pointer leaves, the board is
  // empty.
  await expect(page.getByRole('row', { name: /worker-1 .*Stage 5 of 5: Ready/ })).toBeVisible()
  await page.mouse.move(0, 0)
  await expect(page.getByRole('heading', { name: 'No machine is waiting for you' })).toBeVisible()
  await page.getByRole('button', { name: /^1 machine in/ }).click()
  const joined = page.getByRole('table', { name: 'Joined in the last hour' })
  await joined.getByRole('link', { name: 'worker-1' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'worker-1' })).toBeVisible()
  await expect(page.getByText('exec and logs available')).toBeVisible()

  // The API server's own record of who did it, and how.
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  for (const { status } of body.items) {
    expect(status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Approved', reason: 'CountersignApprove' }),
    )
  }
})

test('one click on “Approve worker-whole” takes a machine all the way', async ({
  page,
  cluster,
  kube,
  // Following needs a right that only an admin has here: reading the networks of Services.
  asAdmin: app,
}) => {
  needKubelets(cluster, test.skip)
  await cluster.startKubelet('worker-whole')
  await page.goto(app.at('/machines/worker-whole'))
  await page.getByRole('button', { name: 'Approve worker-whole' }).click({ timeout: 30_000 })
  await expect(page.getByText(/The serving request is followed until \d\d:\d\d/)).toBeVisible()

  // The serving request comes by itself, and no person acts any more.
  await expect(page.getByText('exec and logs work')).toBeVisible({ timeout: 90_000 })
  await expect.poll(() => healthzOf(kube, 'worker-whole')).toBe('ok')
  const { body } = await kube.call<{ items: readonly KubeObject[] }>('GET', CSRS)
  const { user } = (await (await app.fetch('/api/snapshot')).json()).cluster
  expect(
    body.items.map(({ spec, status }) => [spec.signerName, status?.conditions]).toSorted(),
  ).toEqual(
    [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING].map((signerName) => [
      signerName,
      [
        expect.objectContaining({
          type: 'Approved',
          reason: 'CountersignApprove',
          message: expect.stringContaining(`Approved by ${user} `),
        }),
      ],
    ]),
  )
  for (const { status } of body.items) expect(status?.certificate).toBeTruthy()

  await expect(page.getByText('exec and logs available')).toBeVisible()
  const serving = body.items.find(({ spec }) => spec.signerName === KUBELET_SERVING)
  const decisions = page.getByRole('table', { name: 'Decisions about this machine' })
  const name = `Approved Issued serving ${serving?.metadata.name} ${user} with Countersign`
  await expect(decisions.getByRole('row', { name })).toBeVisible()
})
