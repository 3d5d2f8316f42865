/** The policy page: the policy's answers beside people's decisions, and the right to change it. */
import type { Page } from '@playwright/test'
import type { CsrObject } from '#sandbox/objects.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { EMPTY } from '#sandbox/scenario.ts'
import { decide, itemOf, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import {
  expectClean,
  expectCleanAtAllSizes,
  expectCleanDialog,
  expectCleanInBothSchemes,
  SIZES,
} from '../fixtures/clean.ts'
import { expect, type Stand, test as sandboxTest } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

const PLACE = { namespace: 'countersign', name: 'countersign-policy' } as const
const LEASE = { namespace: 'countersign', name: 'countersign-approver' } as const
/** Tall enough for the table under the policy in words: rows outside the window are not drawn. */
const TALL = { width: 1280, height: 1600 }

/** A cluster with three Nodes and a policy in a ConfigMap, and the app on both. */
const test = sandboxTest.extend<{ policed: (text?: string) => Promise<Stand> }>({
  policed: async ({ cluster, open }, use) => {
    await use(async (text = policyText()) => {
      const node = (name: string, ip: string) => ({ name, ip, role: 'worker', daysOld: 3 })
      const standing = Object.entries(IPS).map(([name, ip]) => node(name, ip))
      const configMaps = [{ ...PLACE, data: { 'policy.yaml': text } }]
      const sandbox = await cluster({ scenario: { ...EMPTY, standing, configMaps } })
      const env = { COUNTERSIGN_POLICY: `configmap:${PLACE.namespace}/${PLACE.name}` }
      return { sandbox, app: await open({ kubeconfig: sandbox.kubeconfigs.admin, env }) }
    })
  },
})

test.beforeEach(({ page }) => page.setViewportSize(TALL))

function policyText(addresses = '192.0.2.0/24'): string {
  return `apiVersion: countersign.dev/v1alpha1
kind: ApprovalPolicy
metadata:
  name: racks
spec:
  allowedAddresses: [${addresses}]
  automatic:
    mode: shadow
    accept: plausible
`
}

const IPS = { alpha: '192.0.2.1', beta: '192.0.2.2', gamma: '192.0.2.3' } as const

/** A serving request as that node's kubelet files it, or for another node's address. */
function serve(sandbox: Sandbox, nodeName: keyof typeof IPS, ip: string = IPS[nodeName]) {
  return fileIn(sandbox, { nodeName, kind: 'serving', dnsNames: [nodeName], ipAddresses: [ip] })
}

/** Decides as a person would, also a suspicious request. */
async function decideAs(app: App, decision: 'approve' | 'deny', csr: CsrObject): Promise<void> {
  const row = await untilListed(app, csr.metadata.uid ?? '')
  const item = { ...itemOf(row), confirm: row.nodeName ?? '' }
  const { lines } = await decide(app, {
    decision,
    accept: 'plausible',
    note: 'seen in the rack',
    items: [item],
  })
  expect(lines.map(({ outcome }) => outcome)).toEqual([
    decision === 'approve' ? 'approved' : 'denied',
  ])
}

const tableIn = (page: Page) => page.getByRole('table', { name: 'What the policy would have done' })
const rowOf = (page: Page, csr: CsrObject) =>
  tableIn(page).locator(`tr[data-key="${csr.metadata.uid}"]`)
const field = (page: Page) => page.getByRole('textbox', { name: 'The policy, in YAML' })
const dataIn = (sandbox: Sandbox) =>
  (sandbox.world.get('configmaps', PLACE.name, PLACE) as { data?: Record<string, string> }).data

test('a client request says in amber that its serving request will be held back, and where the policy says so it is held back itself', async ({
  page,
  policed,
}) => {
  const limits = (more = '') =>
    policyText().replace('spec:\n', `spec:\n  allowedNames: ["*.example.com"]\n${more}`)
  const { sandbox, app } = await policed(limits())
  const outside = fileIn(sandbox, { nodeName: 'gpu-014.rack7.prod.example.com', kind: 'client' })
  fileIn(sandbox, { nodeName: 'worker-1.example.com', kind: 'client' })
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  const warning = 'Serving will wait: name is outside the policy'

  await page.goto(app.at('/'))
  await expect(row('gpu-014')).toContainText('Plausible')
  await expect(row('gpu-014')).toContainText(warning)
  await expect(row('worker-1')).toBeVisible()
  await expect(row('worker-1')).not.toContainText(warning)
  await row('gpu-014').getByRole('link').first().click()
  const check = page.locator('[data-check="policy.serving"]')
  await expect(check).toContainText('Warning')
  await expect(check).toContainText('*.example.com')
  await expectCleanInBothSchemes(page)

  sandbox.world.patch(
    'configmaps',
    PLACE.name,
    { data: { 'policy.yaml': limits('  limitClients: true\n') } },
    PLACE,
  )
  await expect(check).toContainText('Fail')
  const isHeld = ({ failing }: { readonly failing: readonly string[] }) => failing.length > 0
  const held = await untilListed(app, outside.metadata.uid ?? '', isHeld)
  expect(held).toMatchObject({ verdict: 'suspicious', failing: ['policy.serving'], warning: null })
})

test('the page shows people’s decisions beside what the policy would have done, differences first', async ({
  page,
  policed,
}) => {
  const { sandbox, app } = await policed()
  const same = serve(sandbox, 'alpha')
  await decideAs(app, 'approve', same)
  const odd = serve(sandbox, 'alpha', IPS.gamma)
  await decideAs(app, 'approve', odd)
  const denied = serve(sandbox, 'beta')
  await decideAs(app, 'deny', denied)
  const waits = serve(sandbox, 'gamma')

  await page.goto(app.at('/'))
  await page.getByRole('link', { name: 'Policy' }).first().click()
  await expect(rowOf(page, denied)).toContainText('Approve, although it was denied')
  await expect(rowOf(page, waits)).toContainText('Waits')
  await expect(rowOf(page, waits)).toContainText('Approve')
  // A request that the policy leaves to people is no difference.
  await expect(tableIn(page).locator('tr[data-key]')).toHaveCount(2)
  await expect(page.getByText('1 left to people by this policy')).toBeVisible()
  await page.getByRole('button', { name: /^All/ }).click()
  await expect(rowOf(page, same)).toContainText('Approved')
  await expect(rowOf(page, same)).toContainText('by admin')
  await expect(rowOf(page, odd)).toContainText('Leave it to a person')
  const order = await tableIn(page)
    .locator('tbody tr[data-key]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')))
  expect(order).toEqual([denied, waits, odd, same].map(({ metadata }) => metadata.uid))

  // A decision moves its row by itself; a request that the API server deletes stays.
  await decideAs(app, 'approve', waits)
  await expect(rowOf(page, waits)).toContainText('Approved')
  sandbox.world.delete('csrs', same.metadata.name)
  await page.getByRole('button', { name: /^Left to people/ }).click()
  await expect(rowOf(page, same)).toHaveCount(0)
  await expect(rowOf(page, odd)).toBeVisible()
  await page.getByRole('button', { name: /^Same/ }).click()
  await expect(rowOf(page, same)).toBeVisible()
  await page.getByRole('button', { name: /^All/ }).click()
  await page.getByRole('searchbox', { name: 'Machine, request or who decided' }).fill('beta')
  await expect(tableIn(page).locator('tr[data-key]')).toHaveCount(1)
})

test('a draft that narrows the addresses shows its effect before it is saved, and says what Helm does with it after', async ({
  page,
  policed,
}) => {
  const { sandbox, app } = await policed()
  const csr = serve(sandbox, 'alpha')
  await decideAs(app, 'approve', csr)
  await page.goto(app.at('/policy?show=all'))
  await expect(rowOf(page, csr)).toContainText('Approve')
  for (const [size, viewport] of SIZES) {
    await test.step(size, async () => {
      await page.setViewportSize(viewport)
      // Rows outside the window are not drawn.
      await tableIn(page).scrollIntoViewIfNeeded()
      await rowOf(page, csr).waitFor()
      await expectCleanInBothSchemes(page)
    })
  }
  await page.setViewportSize(TALL)
  const note = page.getByText(
    'Managed by Helm: saved here, the next upgrade puts it back, or is refused.',
  )
  await expect(note).toHaveCount(0)
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' }
  const annotations = { 'meta.helm.sh/release-name': 'team' }
  sandbox.world.patch('configmaps', PLACE.name, { metadata: { labels, annotations } }, PLACE)
  await expect(note).toBeVisible()
  await expect(page.getByRole('main')).toContainText('belongs to the release team')

  await page.getByRole('button', { name: 'Edit…' }).click()
  await expect(note).toBeVisible()
  await field(page).fill(policyText('203.0.113.0/24'))
  await expect(page.getByText('1 request of the last 24 hours would change')).toBeVisible()
  const effect = page.getByRole('listitem').filter({ hasText: 'would be left to a person' })
  await expect(effect).toContainText('alpha')
  await expectCleanAtAllSizes(page)
  await field(page).fill(policyText().replace('mode: shadow', 'mode: act'))
  await expect(page.getByText('The mode changes from Shadow to Acting.')).toBeVisible()
  await expect(page.getByText('No request of the last 24 hours would change')).toBeVisible()
  expect(dataIn(sandbox)?.['policy.yaml']).toBe(policyText())

  // An unreadable line is named, and saving is off.
  await field(page).fill(policyText('203.0.113.0/99'))
  await expect(page.getByText('1 problem: it would be refused')).toBeVisible()
  await page.getByRole('button', { name: 'Go to line 6' }).click()
  await expect(field(page)).toBeFocused()
  await expect(page.getByRole('button', { name: 'Save policy' })).toHaveAttribute(
    'aria-disabled',
    'true',
  )

  await field(page).fill(policyText('203.0.113.0/24'))
  await page.getByRole('button', { name: 'Save policy' }).click()
  await expect(page.getByText('Policy saved', { exact: true }).first()).toBeVisible()
  await expect(rowOf(page, csr)).toContainText('Leave it to a person')
  expect(dataIn(sandbox)?.['policy.yaml']).toBe(policyText('203.0.113.0/24'))
  expect(sandbox.world.get('configmaps', PLACE.name, PLACE)).toMatchObject({ metadata: { labels } })
  await expect(page.getByText('203.0.113.0/24').first()).toBeVisible()
})

test('a person stops the approver, starts it again, and releases the brake that has stopped it', async ({
  page,
  policed,
}) => {
  const { sandbox, app } = await policed(policyText().replace('mode: shadow', 'mode: act'))
  await page.goto(app.at('/policy'))
  const head = page.getByRole('region', { name: 'Who approves without a person' })
  await expect(head).toContainText('No program')
  await expect(head).toContainText('Not installed')
  sandbox.world.create('leases', {
    metadata: LEASE,
    spec: { holderIdentity: 'approver-1', renewTime: new Date().toISOString() },
  })
  await page.reload()
  await expect(head).toContainText('Acts')
  await expect(page.getByRole('region', { name: 'What Stop stops' })).toContainText(
    'OpenShift’s machine-approver: that is another program',
  )
  await page.getByRole('button', { name: 'Stop the approver…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Stop the approver?' })
  await expectCleanDialog(dialog)
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(dataIn(sandbox)?.paused).toBeUndefined()

  await page.getByRole('button', { name: 'Stop the approver…' }).click()
  await dialog.getByLabel(/^Reason/).fill('rack 2 moves')
  const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { method: 'PUT', path: /\/configmaps\// }, until })
  await dialog.getByRole('button', { name: 'Stop the approver', exact: true }).click()
  await expect(dialog).toContainText('It is sent: closing this does not stop it.')
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toHaveCount(0)
  letGo()
  await expect(head).toContainText(/Stopped by admin, \d\d:\d\d\.Reason: rack 2 moves/)
  expect(dataIn(sandbox)?.paused).toMatch(/^true\nby: admin\n/)
  await expectClean(page)

  await page.getByRole('button', { name: 'Start the approver again…' }).click()
  await page.getByRole('button', { name: 'Start it again' }).click()
  await expect(head).not.toContainText('Stopped')
  expect(dataIn(sandbox)).toMatchObject({ paused: 'false' })

  const trips = [{ scope: 'node', name: 'alpha', at: '2026-11-24T12:00:00Z' }]
  const annotations = { 'countersign.dev/brake': JSON.stringify(trips) }
  const spec = { renewTime: new Date().toISOString() }
  sandbox.world.patch('leases', LEASE.name, { metadata: { annotations }, spec }, LEASE)
  await page.reload()
  await expect(page.getByText('approver-1 leads')).toBeVisible()
  await expect(page.getByText('The brake has stopped the approver')).toBeVisible()
  await expect(page.getByText('For the node alpha')).toBeVisible()
  await expectClean(page)
  await page.getByRole('button', { name: 'Release the brake…' }).click()
  const released = page.getByRole('dialog', { name: 'Release the brake?' })
  await expectCleanDialog(released)
  await released.getByRole('button', { name: 'Release the brake', exact: true }).click()
  await expect(page.getByText('The brake is released').first()).toBeVisible()
  expect(Date.now() - Date.parse(dataIn(sandbox)?.released ?? '')).toBeLessThan(60_000)
})
