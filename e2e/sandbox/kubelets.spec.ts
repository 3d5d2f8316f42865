/**
 * What the Nodes page knows of nodes that joined long ago: Kubernetes has removed their requests, so
 * their kubelets are asked, and only while somebody looks.
 */
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const STANDING = 'worker-01.rack3.example.com'
const SILENT = 'worker-02.rack2.example.com'
const WIPED = 'worker-02.rack3.example.com'

test('the serving certificate of every node on screen, exec and logs with it', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: RACK2 })
  sandbox.wipeKubelet(WIPED)
  const app = await open({
    kubeconfig: sandbox.kubeconfigs.admin,
    env: { COUNTERSIGN_LIVE_CERTIFICATES: sandbox.kubeletProxy },
  })

  await page.goto(app.at('/nodes'))
  const table = page.getByRole('table', { name: 'Nodes' })
  const row = (name: string) =>
    table.getByRole('row').filter({ has: page.locator(`a[href="/machines/${name}"]`) })
  await expect(row(STANDING)).toContainText(/expires in 30\d d\s*Available/)
  await expect(row(WIPED)).toContainText(/Not requested yet\s*Unavailable/)
  await expect(row(SILENT)).toContainText('Not known')
  await page.getByRole('button', { name: /^exec unavailable/ }).click()
  await expect(row(WIPED)).toBeVisible()
  await expect(row(STANDING)).toHaveCount(0)

  await page.goto(app.at(`/machines/${SILENT}`))
  await expect(page.getByText('exec and logs not known').first()).toBeVisible()
  await page.goto(app.at(`/machines/${STANDING}`))
  await expect(page.getByText('exec and logs available').first()).toBeVisible()
})
