/** Every page, wide and on a phone, light and dark: nothing axe finds, nothing that scrolls sideways. */
import type { Page } from '@playwright/test'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { snapshot } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanAtAllSizes, expectNoSidewaysScroll } from '../fixtures/clean.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

/** Nothing that people look at is narrower. */
const SMALLEST = { width: 320, height: 700 }

const PAGES: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  [
    'machines',
    '/',
    (page) => page.getByRole('table', { name: 'Machines waiting for you' }).waitFor(),
  ],
  [
    'a suspicious machine',
    '/machines/worker-08.rack2.example.com',
    (page) => page.getByRole('heading', { name: 'Checks' }).waitFor(),
  ],
  [
    'a re-bootstrapping machine',
    '/machines/worker-02.rack2.example.com',
    (page) => page.getByText(/has been in the cluster for/).waitFor(),
  ],
  [
    'a machine that has joined',
    '/machines/worker-11.rack2.example.com',
    (page) => page.getByText('First request to Ready').waitFor(),
  ],
  [
    'a machine that does not exist',
    '/machines/nobody.example.com',
    (page) => page.getByText('No machine of this name').first().waitFor(),
  ],
  [
    'requests',
    '/requests',
    (page) => page.getByRole('table', { name: 'Certificate signing requests' }).waitFor(),
  ],
  ['nodes', '/nodes', (page) => page.getByRole('table', { name: 'Nodes' }).waitFor()],
  ['activity', '/activity', (page) => page.getByRole('table', { name: 'Decisions' }).waitFor()],
]

for (const [name, path, settled] of PAGES) {
  test(`${name}, wide and on a phone, light and dark: clean`, async ({ page, app }) => {
    // Loaded on the smallest: elsewhere a page is made wide and becomes narrow.
    await page.setViewportSize(SMALLEST)
    await open(page, app, path)
    await settled(page)
    await expectNoSidewaysScroll(page)
    await expectCleanAtAllSizes(page)
  })
}

const OWN_CLUSTER: readonly (readonly [
  string,
  (sandbox: Sandbox, app: App) => Promise<string>,
  (page: Page) => Promise<void>,
])[] = [
  [
    'an empty board',
    async (_sandbox, app) => app.at('/'),
    (page) => page.getByRole('heading', { name: 'No machine is waiting for you' }).waitFor(),
  ],
  [
    'a request',
    async (sandbox, app) => {
      const { metadata } = fileIn(sandbox, { nodeName: 'by-itself' })
      return app.at(`/requests/${metadata.uid}`)
    },
    (page) => page.getByRole('heading', { name: 'Checks' }).waitFor(),
  ],
  [
    'a refused request',
    async (sandbox, app) => {
      const { metadata } = fileIn(sandbox, { nodeName: 'n\u043ede-1' })
      return app.at(`/requests/${metadata.uid}`)
    },
    (page) => page.getByText('Refused').first().waitFor(),
  ],
  [
    'a refused machine',
    async (sandbox, app) => {
      fileIn(sandbox, { nodeName: 'with-an-email', emailAddresses: ['root@example.com'] })
      return app.at('/machines/with-an-email')
    },
    (page) => page.getByText('Refused').first().waitFor(),
  ],
  [
    'a browser without the key',
    async (_sandbox, app) => app.url,
    (page) => page.getByRole('heading', { name: 'Open Countersign with its link' }).waitFor(),
  ],
]

for (const [name, address, settled] of OWN_CLUSTER) {
  test(`${name}, wide and on a phone, light and dark: clean`, async ({
    page,
    quiet: { sandbox, app },
  }) => {
    await page.goto(await address(sandbox, app))
    await settled(page)
    await expectCleanAtAllSizes(page)
    await page.setViewportSize(SMALLEST)
    await expectNoSidewaysScroll(page)
  })
}

test('what is broken meanwhile: operators that wait, in their own words, and nodes without exec and logs', async ({
  page,
  app,
}) => {
  await open(page, app, '/')
  const strip = page.getByRole('region', { name: 'Summary' })
  await strip.getByRole('button', { name: 'Operators waiting: image-registry, monitoring' }).click()
  const said = page.getByRole('dialog', { name: 'Operators that are not available' })
  await expect(said.getByRole('term')).toHaveText(['image-registry', 'monitoring'])
  await expect(said.getByRole('definition')).toHaveText([
    'Available: The deployment does not have available replicas',
    'UpdatingPrometheus: Prometheus: 0/2 replicas are ready, unscheduled pods wait for nodes',
  ])
  await page.keyboard.press('Escape')
  await expect(said).toHaveCount(0)

  const link = strip.getByRole('link', { name: /^exec and logs unavailable on/ })
  const broken = async () =>
    (await snapshot(app)).machines.filter(({ node, execAndLogs }) => {
      return node?.ready === true && execAndLogs === 'unavailable'
    })
  await expect(async () => {
    const { length } = await broken()
    await expect(link).toHaveText(`exec and logs unavailable on ${length} nodes`, { timeout: 500 })
  }).toPass()
  await link.click()
  await expect(page).toHaveURL(/\/nodes\?status=execUnavailable$/)
  const table = page.getByRole('table', { name: 'Nodes' })
  for (const { name } of await broken()) {
    const row = table.getByRole('row').filter({ has: page.locator(`a[href="/machines/${name}"]`) })
    await expect(row).toContainText('Unavailable')
  }
  await expect(table.getByRole('link', { name: 'worker-11.rack2.example.com' })).toHaveCount(0)
})

test('on a phone a node is three lines, and still a row of the same columns', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, app, '/nodes')
  const table = page.getByRole('table', { name: 'Nodes' })
  await expect(table.getByRole('columnheader')).toHaveText([
    'Name',
    'Status',
    'Roles',
    'Age',
    'Version',
    'Serving cert',
    'exec, logs',
    'Action',
  ])
  const row = table.getByRole('row', { name: /^worker-08/ })
  await expect(row.getByRole('cell')).toHaveCount(8)
  await expect(row.getByRole('button', { name: /^Review.*worker-08/ })).toBeInViewport()
  const { height, width } = (await row.boundingBox()) ?? { height: 0, width: 0 }
  expect(height).toBeGreaterThan(80)
  expect(width).toBeLessThanOrEqual(390)
})

test('each tab has room at 320 pixels', async ({ page, app }) => {
  await page.setViewportSize(SMALLEST)
  await open(page, app, '/')
  const tabs = await page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getBoundingClientRect()))
  expect(tabs).toHaveLength(6)
  for (const [at, { left, right }] of tabs.entries()) {
    expect(left).toBeGreaterThanOrEqual(tabs[at - 1]?.right ?? 0)
    expect(right - left).toBeGreaterThanOrEqual(44)
    expect(right).toBeLessThanOrEqual(320)
  }
})

test('the keys that the buttons of a machine name do what the buttons do', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const approved = fileIn(sandbox, { nodeName: 'keyed-1' })
  const denied = fileIn(sandbox, { nodeName: 'keyed-2' })
  await open(page, app, '/machines/keyed-1')
  await expect(page.getByRole('button', { name: 'Approve client' })).toBeEnabled()
  await page.keyboard.press('a')
  await expect.poll(() => conditionsIn(sandbox, approved)).toContain('Approved')

  await open(page, app, '/machines/keyed-2')
  await expect(page.getByRole('button', { name: 'Deny client…' })).toBeEnabled()
  await page.keyboard.press('d')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Deny / })
    .click()
  await expect.poll(() => conditionsIn(sandbox, denied)).toContain('Denied')
})

test('whose buttons are off, whose keys do nothing but say why, on every page', async ({
  page,
  stand,
}) => {
  const { sandbox, app } = await stand({ as: 'viewer' })
  const addresses = [{ type: 'InternalIP', address: '192.0.2.3' }]
  sandbox.world.create('nodes', { metadata: { name: 'keyed-3' }, status: { addresses } })
  const csr = fileIn(sandbox, {
    nodeName: 'keyed-3',
    kind: 'serving',
    dnsNames: ['keyed-3'],
    ipAddresses: ['192.0.2.3'],
  })
  await open(page, app, '/machines/keyed-3')
  const button = page.getByRole('button', { name: /^Approve/ }).first()
  await expect(button).toHaveAttribute('aria-disabled', 'true')
  const why = (await button.getAttribute('aria-describedby')) ?? ''
  const words = (await page.locator(`[id="${why}"]`).textContent()) ?? ''
  for (const path of ['/machines/keyed-3', '/', '/requests', '/nodes']) {
    await open(page, app, path)
    await expect(page.getByText('keyed-3', { exact: true }).first()).toBeVisible()
    if (path !== '/machines/keyed-3') await page.keyboard.press('j')
    for (const key of ['d', 'a']) {
      // Something else may have been said since: then it is pressed once more.
      await expect(async () => {
        await page.keyboard.press(key)
        const status = page.getByRole('status').filter({ hasText: words })
        await expect(status).toHaveCount(1, { timeout: 1_000 })
      }).toPass()
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
  }
  expect(conditionsIn(sandbox, csr)).toEqual([])
})

/** With the address that a person opens, and only once it is live. */
async function open(page: Page, app: App, path: string): Promise<void> {
  await page.goto(app.at(path))
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
}
