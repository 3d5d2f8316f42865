/** The main job: from a machine's first request to exec and logs, by clicks, with real kubelets. */
import { needKubelets } from '../cluster/kubelets.ts'
import { deleteCsrs } from '../fixtures/kube-client.ts'
import { expect, test } from '../fixtures/real.ts'

test.beforeEach(({ kube }) => deleteCsrs(kube))

test('an admin takes a machine from its first request to Ready, and exec and logs work', async ({
  page,
  cluster,
  app,
}) => {
  needKubelets(cluster, test.skip)
  const healthz = () =>
    cluster
      .kubectl(['get', '--raw', '/api/v1/nodes/worker-1/proxy/healthz'])
      .catch((error: Error) => error.message)

  await page.goto(app.address)
  await expect(page.getByRole('heading', { name: 'No machine is waiting for you' })).toBeVisible()

  await cluster.startKubelet('worker-1')
  const approveClient = page.getByRole('button', { name: 'Approve client for worker-1' })
  await expect(approveClient).toBeVisible({ timeout: 30_000 })
  // The key is out of the address bar once it was read.
  expect(page.url()).not.toContain(app.key)
  await approveClient.click()

  // The serving request comes by itself; until it is approved the symptom is there.
  const approveServing = page.getByRole('button', { name: 'Approve serving for worker-1' })
  await expect(approveServing).toBeVisible({ timeout: 60_000 })
  await expect.poll(healthz, { timeout: 30_000 }).toContain('tls: internal error')
  await approveServing.click()

  await expect.poll(healthz, { timeout: 30_000 }).toBe('ok')
  // The row stays under the pointer and says how far it is; once that leaves, nothing is left to do.
  await expect(page.getByRole('row', { name: /worker-1 .*Stage 5 of 5: Ready/ })).toBeVisible()
  await page.mouse.move(0, 0)
  await expect(page.getByRole('heading', { name: 'No machine is waiting for you' })).toBeVisible()
  const joined = page.getByRole('table', { name: 'Joined in the last hour' })
  await joined.getByRole('link', { name: 'worker-1' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'worker-1' })).toBeVisible()
  await expect(page.getByText('exec and logs available')).toBeVisible()

  // The API server's own record says who did it, and how.
  const csrs = JSON.parse(await cluster.kubectl(['get', 'csr', '-o', 'json'])) as {
    items: { status: { conditions: { type: string; reason: string }[] } }[]
  }
  for (const { status } of csrs.items) {
    expect(status.conditions).toContainEqual(
      expect.objectContaining({ type: 'Approved', reason: 'CountersignApprove' }),
    )
  }
})
