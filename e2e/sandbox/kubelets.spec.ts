/**
 * Facts about nodes that joined long ago: Kubernetes has deleted their requests, so their kubelets
 * are asked, and only while a person looks.
 */
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const STANDING = 'worker-01.rack3.example.com'
const SILENT = 'worker-02.rack2.example.com'
const WIPED = 'worker-02.rack3.example.com'

test('a machine’s page, and the nodes page for each node in view, show the serving certificate, with exec and logs', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: RACK2 })
  sandbox.wipeKubelet(WIPED)
  const env = { COUNTERSIGN_LIVE_CERTIFICATES: sandbox.kubeletProxy }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  // Before a person is on the nodes page, which has all of them asked.
  await page.goto(app.at(`/machines/${STANDING}`))
  await expect(page.getByText('exec and logs available').first()).toBeVisible()
  await page.goto(app.at(`/machines/${WIPED}`))
  await expect(page.getByText('exec and logs unavailable').first()).toBeVisible()
  await expect(page.getByText('None that is valid')).toBeVisible()

  await page.goto(app.at('/nodes'))
  const table = page.getByRole('table', { name: 'Nodes' })
  const row = (name: string) =>
    table.getByRole('row').filter({ has: page.locator(`a[href="/machines/${name}"]`) })
  await expect(row(STANDING)).toContainText(/expires in 30\d d\s*Available/)
  await expect(row(WIPED)).toContainText(/None that is valid\s*Unavailable/)
  await expect(row(SILENT)).toContainText('Not known')
  await page.getByRole('button', { name: /^exec unavailable/ }).click()
  await expect(row(WIPED)).toBeVisible()
  await expect(row(STANDING)).toHaveCount(0)
})
