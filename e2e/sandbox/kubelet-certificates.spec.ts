/**
 * Certificates of kubelets, which are asked while a person looks: Kubernetes has deleted the requests
 * of nodes that joined long ago.
 */
import { SELF_SIGNED } from '#sandbox/scenarios/self-signed.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const at = (label: string) => `${label}.rack3.example.com`

test('a machine’s page and the nodes page show the serving certificate, with exec and logs; the second view of nodes says what each kubelet presents and what comes next, the page counts the nodes that are left, and the step moves on', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster({ scenario: SELF_SIGNED })
  const env = { COUNTERSIGN_LIVE_CERTIFICATES: sandbox.kubeletProxy }
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, env })
  // A machine's page has its own kubelet asked, the nodes page all of those in view.
  await page.goto(app.at(`/machines/${at('worker-11')}`))
  await expect(page.getByText('exec and logs available').first()).toBeVisible()
  await page.goto(app.at(`/machines/${at('worker-17')}`))
  await expect(page.getByText('exec and logs unavailable').first()).toBeVisible()
  await expect(page.getByText('None that is valid')).toBeVisible()

  await page.getByRole('link', { name: /^Nodes/ }).click()
  const nodes = page.getByRole('table', { name: 'Nodes' })
  const node = (label: string) =>
    nodes.getByRole('row').filter({ has: page.locator(`a[href="/machines/${at(label)}"]`) })
  await expect(node('worker-11')).toContainText(/expires in 24\d d\s*Available/)
  await expect(node('worker-17')).toContainText(/None that is valid\s*Unavailable/)
  await expect(node('worker-18')).toContainText('Not known')
  await page.getByRole('button', { name: /^exec unavailable/ }).click()
  await expect(node('worker-17')).toBeVisible()
  await expect(node('worker-11')).toHaveCount(0)

  await page.getByRole('link', { name: 'Kubelet certificates' }).click()
  await expect(page.getByText('8 of 15 nodes left')).toBeVisible()
  const table = page.getByRole('table', { name: 'Kubelet certificates' })
  const row = (label: string) =>
    table.getByRole('row').filter({ has: page.locator(`a[href="/machines/${at(label)}"]`) })
  await expect(row('worker-21')).toContainText(/Self-signed\s*filed no request/)
  await expect(row('worker-21')).toContainText(/CN\s*worker-21.*without 10\.30\.3\.21/)
  await expect(row('worker-21')).toContainText('Set serverTLSBootstrap there')
  await expect(row('storage-03')).toContainText(/Unknown CA\s*rack2-pki, not the cluster’s/)
  await expect(row('storage-03')).toContainText('Remove its tlsCertFile')
  await expect(row('worker-18')).toContainText('No answer')
  await expect(row('worker-17')).toContainText(/No certificate\s*filed no request/)
  await expect(row('worker-11')).toContainText(/From this cluster.*As expected.*in 24\d d/)
  await expect(row('worker-01').getByRole('button', { name: /^Approve serving/ })).toBeVisible()

  await expect(page.getByText(/^Certificates cannot be verified/)).toHaveCount(0)

  const way = page.getByRole('region', { name: 'The way out' })
  const now = way.locator('[aria-current="step"]')
  await expect(now).toContainText('Approve their serving requests')
  await expect(way).toContainText('9 of 15 do.')
  await expect(way).toContainText('and 3 more filed nothing.')
  const locked = way.getByRole('button', { name: '8 nodes left' })
  await expect(locked).toHaveAccessibleDescription(/metrics-server would lose 8 nodes/)
  await way.getByRole('button', { name: /^Show the commands: Kubelets ask/ }).click()
  await expect(way.getByText('sudo systemctl restart kubelet')).toBeVisible()
  await expectCleanAtAllSizes(page)

  await page.getByRole('button', { name: /^Left 8/ }).click()
  await expect(page).toHaveURL(/certificate=left/)
  await expect(table.getByRole('row')).toHaveCount(9)
  await page.reload()
  await expect(table.getByRole('row')).toHaveCount(9)

  await expect(now).toContainText('2 serving requests can be approved.')
  for (const label of ['worker-01', 'worker-02']) {
    await page.getByRole('button', { name: `Approve serving for ${at(label)}` }).click()
  }
  await expect(now).toContainText('Kubelets ask the cluster')
  await expect(page.getByRole('button', { name: /^Approve \d serving request/ })).toHaveCount(0)

  await page.getByRole('navigation', { name: 'Views of nodes' }).getByText('Nodes').click()
  await expect(page.getByRole('table', { name: 'Nodes' })).toBeVisible()
})

test('where kubelets are not asked, the page says which setting that is', async ({ page, app }) => {
  await page.goto(app.at('/nodes?view=kubelets'))
  await expect(page.getByText('Kubelets are not asked.')).toBeVisible()
  await expect(page.getByText(/^(\d+) of \1 nodes left$/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Ask now' })).toHaveCount(0)
})
