/**
 * Facts about nodes that joined long ago: Kubernetes has deleted their requests, so their kubelets
 * are asked, and only while a person looks.
 */
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import type { App } from '../fixtures/app.ts'
import { expect, test as sandboxTest } from '../fixtures/sandbox.ts'

const STANDING = 'worker-01.rack3.example.com'
const SILENT = 'worker-02.rack2.example.com'
const WIPED = 'worker-02.rack3.example.com'

/** The demo's story, and an app that may ask its kubelets. */
const test = sandboxTest.extend<{ asking: App }>({
  asking: async ({ cluster, open }, use) => {
    const sandbox = await cluster({ scenario: RACK2 })
    sandbox.wipeKubelet(WIPED)
    const env = { COUNTERSIGN_LIVE_CERTIFICATES: sandbox.kubeletProxy }
    await use(await open({ kubeconfig: sandbox.kubeconfigs.admin, env }))
  },
})

test('the nodes page shows the serving certificate of every node in view, with exec and logs', async ({
  page,
  asking: app,
}) => {
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

test('the page of a machine shows its serving certificate, while no person is on the nodes page', async ({
  page,
  asking: app,
}) => {
  await page.goto(app.at(`/machines/${STANDING}`))
  await expect(page.getByText('exec and logs available').first()).toBeVisible()
  await page.goto(app.at(`/machines/${WIPED}`))
  await expect(page.getByText('exec and logs unavailable').first()).toBeVisible()
  await expect(page.getByText('None that is valid')).toBeVisible()
})
