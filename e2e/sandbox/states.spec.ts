/**
 * A cluster that cannot be read, or that a person may only look at: each page says so, none claims
 * that the cluster is empty, and all pass axe at every size.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import { Authority } from '#sandbox/authority.ts'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { BARE_METAL } from '#sandbox/scenarios/bare-metal.ts'
import { decide, itemOf, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanAtAllSizes, expectNoSidewaysScroll, NARROWEST } from '../fixtures/clean.ts'
import { openLive, untilLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'
import { WAITS } from '../fixtures/waits.ts'

/** Sentences that are true only of a cluster that was read and is empty. */
const SAYS_NONE =
  /No request is in the cluster|has no nodes yet|No machine (?:is|was) waiting|Nothing is waiting|No machine of this name|This request is gone|Nothing that was decided|No request in the last|\b0 of 0\b/

/** Sentences that are false for a person who may not decide. */
const SAYS_YOURS =
  /Up to you|leaves it to you|wait(?:s|ing)? for you|needs you|Until you approve|your approval|What to do: (?:Approve|Deny)/i

const PATHS = [
  '/',
  '/requests',
  '/nodes',
  '/policy',
  '/expected',
  '/activity',
  '/notifications',
  '/machines/x',
]

interface State {
  readonly banner: string
  /** The only pages that have the banner; all when absent. */
  readonly only?: readonly string[]
  /** Pages that differ from those of other states. */
  readonly checked: readonly string[]
  readonly isLive: boolean
}

/** Files a pending request of `x` and a denied one of `z`, and adds the Node `y`; returns the uid. */
function furnish(sandbox: Sandbox): string {
  decideByHand(sandbox, fileIn(sandbox, { nodeName: 'z' }), 'Denied')
  const addresses = [{ type: 'InternalIP', address: '192.0.2.3' }]
  sandbox.world.create('nodes', { metadata: { name: 'y' }, status: { addresses } })
  return fileIn(sandbox, { nodeName: 'x' }).metadata.uid ?? ''
}

/** Expects each page, also at 320 pixels, to give the reason and to claim nothing that is not known. */
async function expectEachPage(page: Page, app: App, uid: string, state: State): Promise<void> {
  const { banner, only, checked, isLive } = state
  for (const place of [...PATHS, '/requests/:uid']) {
    await test.step(place, async () => {
      await goTo(page, app, place.replace(':uid', uid))
      if (isLive) await untilLive(page)
      const said = page.getByText(banner, { exact: true })
      await expect(said).toHaveCount(only?.includes(place) === false ? 0 : 1)
      await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0)
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
      await expect(page.locator('main')).not.toContainText(SAYS_NONE)
      // No person here has the right to decide.
      await expect(page.locator('main')).not.toContainText(SAYS_YOURS)
      if (checked.includes(place)) await expectCleanAtAllSizes(page)
      await page.setViewportSize(NARROWEST)
      await expectNoSidewaysScroll(page)
      await expect(page.locator('main')).not.toContainText(SAYS_NONE)
      await page.setViewportSize({ width: 1440, height: 900 })
    })
  }
}

for (const [who, kubeconfigOf, banner, checked] of [
  [
    'somebody who may read nothing',
    ({ kubeconfigs }: Sandbox) => kubeconfigs.nobody,
    'The cluster does not let you read its requests.',
    [...PATHS, '/requests/:uid'],
  ],
  [
    'somebody with the CA of another cluster',
    withForeignCa,
    'The cluster’s API server cannot be reached.',
    ['/'],
  ],
] as const) {
  test(`for ${who} each page gives the reason, and none claims that the cluster is empty`, async ({
    page,
    cluster,
    open,
  }, testInfo) => {
    // Eight pages, each in three sizes.
    test.slow()
    const sandbox = await cluster()
    const uid = furnish(sandbox)
    const kubeconfig = kubeconfigOf(sandbox, testInfo.outputPath('kubeconfig'))
    // Never ready where nothing of the cluster can be read.
    const app = await open({ kubeconfig, unready: true })
    await expectEachPage(page, app, uid, { banner, checked, isLive: false })
  })
}

test('for somebody who may look and not decide each page gives the reason, and none claims that the cluster is empty', async ({
  page,
  looking: { sandbox, app },
}) => {
  // Eight pages, each in three sizes.
  test.slow()
  await expectEachPage(page, app, furnish(sandbox), {
    banner: 'You can view requests, but not approve or deny them.',
    only: ['/', '/requests', '/machines/x', '/requests/:uid'],
    checked: ['/', '/requests', '/policy', '/machines/x', '/requests/:uid'],
    isLive: true,
  })
})

test('a person who may only look is told that it waits for approval, and who gives it', async ({
  page,
  looking: { sandbox, app },
}) => {
  const main = page.locator('main')
  await page.goto(app.at('/'))
  await expect(
    page.getByRole('heading', { name: 'No machine is waiting for approval' }),
  ).toBeVisible()
  await expect(main).not.toContainText(SAYS_YOURS)

  const addresses = [{ type: 'InternalIP', address: '192.0.2.3' }]
  sandbox.world.create('nodes', { metadata: { name: 'y' }, status: { addresses } })
  fileIn(sandbox, { nodeName: 'x' })
  fileIn(sandbox, { nodeName: 'y', kind: 'serving', dnsNames: ['y'], ipAddresses: ['192.0.2.3'] })
  await expect(page.getByRole('table', { name: 'Machines waiting for approval' })).toBeVisible()
  const summary = page.getByRole('region', { name: 'Summary' })
  await expect(summary).toContainText('Needs approval')
  await expect(summary).toContainText('Until they are approved')
  await expect(page.getByLabel('2 machines waiting for approval')).toBeVisible()
  await expect(main).not.toContainText(SAYS_YOURS)
  // Locked buttons are wider than others, and so are the words of who may only look.
  const size = page.viewportSize()
  await page.setViewportSize(NARROWEST)
  const wider = await summary
    .locator('p')
    .evaluateAll((all) => all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth))
  expect(wider).toEqual([])

  await page.goto(app.at('/nodes'))
  await expect(page.getByText('Requested, waiting for approval')).toBeVisible()
  for (const width of [320, 390, 960]) {
    await page.setViewportSize({ width, height: 700 })
    await expectNoSidewaysScroll(page)
  }
  if (size !== null) await page.setViewportSize(size)

  await page.goto(app.at('/machines/x'))
  await expect(page.getByText('Needs approval', { exact: true })).toBeVisible()
  await expect(page.getByText('You can view requests, but not approve or deny them.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Copy the command' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^(Approve|Deny)/ })).toHaveCount(0)
  await expect(main).toContainText('For someone who may approve: Compare the name and address')
  // An action that every person may take.
  await expect(main).not.toContainText('For someone who may approve: Give one')
  // Also while it is not live, when no decision is possible.
  loseRequests(sandbox)
  await expect(page.getByText(/Connection to the cluster lost/)).toBeVisible()
  await expect(main).not.toContainText(SAYS_YOURS)
})

/** Ends the watches of requests, and lets none begin until the faults end. */
function loseRequests(sandbox: Sandbox): void {
  const match = { method: 'GET', path: /certificatesigningrequests\?/ }
  sandbox.failNext({ match, times: 10_000, dropCall: true })
  sandbox.closeWatches()
}

/** Opens a page by its tab, where it has one and the app is open already. */
async function goTo(page: Page, app: App, path: string): Promise<void> {
  const tab = page.getByRole('navigation', { name: 'Main' }).locator(`a[href="${path}"]`)
  if ((await tab.count()) === 0) await page.goto(app.at(path))
  else await tab.click()
  await expect(page).toHaveURL(`${app.url}${path}`)
}

function withForeignCa({ kubeconfigs }: Sandbox, path: string): string {
  const text = readFileSync(kubeconfigs.viewer, 'utf8')
  const [{ cluster }] = JSON.parse(text).clusters
  const foreign = Buffer.from(new Authority('another-ca', Date.now()).pem).toString('base64')
  writeFileSync(path, text.replace(cluster['certificate-authority-data'], foreign))
  return path
}

test('nothing can be ticked without the right to decide, nor while the cluster is not read', async ({
  page,
  quiet: { sandbox, app: deciding },
  looking,
}) => {
  for (const one of [sandbox, looking.sandbox]) fileIn(one, { nodeName: 'x' })
  const boxes = page.getByRole('main').getByRole('checkbox')
  const ticked = page.getByRole('region', { name: 'Selection' })
  const expectNoneTickable = async () => {
    await expect(boxes).toHaveCount(2)
    for (const box of await boxes.all()) await expect(box).toBeDisabled()
    await page.keyboard.press('j')
    await expect(page.locator('.keyboard-row')).toHaveCount(1)
    for (const key of ['x', 'Shift+X']) await page.keyboard.press(key)
    await expect(ticked).toHaveCount(0)
  }
  for (const path of ['/', '/requests']) {
    await openLive(page, looking.app, path)
    await expectNoneTickable()
  }
  for (const path of ['/', '/requests']) {
    await page.goto(deciding.at(path))
    await boxes.last().check()
    await expect(ticked).toBeVisible()
    await boxes.last().uncheck()
  }
  loseRequests(sandbox)
  await expect(boxes.last()).toBeDisabled()
  for (const path of ['/requests', '/']) {
    await goTo(page, deciding, path)
    await expectNoneTickable()
  }
})

test('keys of a person who may only look give the reason, seen and heard at once, once, and for which machine', async ({
  page,
  looking: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'x' })
  // The live region has nothing else in it.
  const said = page.getByRole('region', { name: 'Notifications' })
  const why =
    'You can’t approve or deny requests: your role lacks the verb update on certificatesigningrequests/approval.'
  const expectSaid = async (what: string) => {
    await expect(said).toHaveText(`${what}${why}`)
    await expect(said.getByRole('group')).toHaveCount(1)
  }
  await page.goto(app.at('/machines/x'))
  // Until the page is live, that is the reason.
  const note = 'You can view requests, but not approve or deny them.'
  await expect(page.getByRole('main').getByText(note)).toBeVisible()
  await expect(said).toHaveAttribute('aria-live', 'polite')
  for (const key of ['a', 'a']) await page.keyboard.press(key)
  await expectSaid('x was not approved')
  await page.keyboard.press('d')
  await expectSaid('x was not denied')
  // A toast under the pointer stays.
  await said.getByRole('group').hover()

  // On another page it still names the machine that the key was pressed for.
  for (const key of ['g', 'm']) await page.keyboard.press(key)
  await expect(page).toHaveURL(/\/$/)
  await expectSaid('x was not denied')
  await untilRow(page, 'x')
  await page.keyboard.press('Shift+A')
  await expectSaid('Nothing was approved')
  await expect(page.locator('[data-live="polite"]')).not.toContainText('approve or deny')
  await page.mouse.move(0, 0)
  await expect(said.getByRole('group')).toHaveCount(0)
})

test('nodes that may not be read are reported once, with the rule, and also while the connection is lost', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  sandbox.revokeRights('approver', 'nodes')
  fileIn(sandbox, { nodeName: 'x' })
  const app = await open({ kubeconfig: sandbox.kubeconfigs.approver })
  const said = page.getByText('Nodes cannot be read.', { exact: true })
  for (const path of ['/', '/nodes']) {
    await page.goto(app.at(path))
    await expect(said).toBeVisible()
    await expect(page.getByRole('button', { name: 'Copy the missing rule' })).toBeVisible()
  }
  await expectCleanAtAllSizes(page)
  await expect(page.locator('main').getByText(/Nodes cannot be read/)).toHaveCount(1)
  await sandbox.pause()
  await expect(page.getByText(/Connection to the cluster lost/)).toBeVisible()
  // Including retries of unreadable sources.
  const tried = page.waitForResponse(/\/api\/retry$/)
  await page.getByRole('button', { name: 'Retry now' }).click()
  await tried
  await expect(said).toBeVisible()
})

test('the page claims of nodes in an unknown state and of a lost connection no more than is known', async ({
  page,
  stand,
}) => {
  // Its standing nodes joined long before the listed requests.
  const { sandbox, app } = await stand({ scenario: { ...BARE_METAL, machines: [] } })
  const [main, summary] = [page.locator('main'), page.getByRole('region', { name: 'Summary' })]
  const lost = page.getByText(/Connection to the cluster lost/)
  await page.goto(app.at('/'))
  await expect(main).toContainText('All 3 nodes are Ready. New machines appear here as soon as')
  await sandbox.pause()
  await expect(lost).toBeVisible()
  await expect(main).toContainText('No machine was waiting for you at')
  await expect(main).toContainText('All 3 nodes were Ready. Machines that came since appear here')

  fileIn(sandbox, { nodeName: 'node-9' })
  await sandbox.resume()
  await expect(summary.getByText('Needs you', { exact: true })).toBeVisible()
  await expect(summary.getByText('Until you approve', { exact: true })).toBeVisible()
  await expect(summary).toContainText('exec and logs not known to work on 3 nodes')
  await expect(summary).not.toContainText('work on every')
  await sandbox.pause()
  await expect(lost).toBeVisible()
  await expect(summary.getByText(/^Needs you · as of \d\d:\d\d:\d\d$/)).toBeVisible()
  await expect(summary.getByText(/^Until you approve · as of \d\d:\d\d:\d\d$/)).toBeVisible()
})

test('while lists are being read no machine is called done, the first ones are shown, and the counts say so', async ({
  page,
  cluster,
  open,
}) => {
  const sandbox = await cluster()
  const withhold = (path: RegExp) => {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    sandbox.failNext({ match: { path }, times: 1_000, until })
    return resolve
  }
  const letInRequests = withhold(/\/certificatesigningrequests\?/)
  const letInMachines = withhold(/\/machines\?/)
  const conditions = [{ type: 'Ready', status: 'True' }]
  sandbox.world.create('nodes', { metadata: { name: 'edge-1' }, status: { conditions } })
  fileIn(sandbox, { nodeName: 'edge-1', kind: 'serving', dnsNames: ['edge-1'] })
  const app = await open({ kubeconfig: sandbox.kubeconfigs.admin, unready: true })
  const [main, summary] = [page.locator('main'), page.getByRole('region', { name: 'Summary' })]
  for (const path of ['/machines/edge-1', '/']) {
    await page.goto(app.at(path))
    await expect(page.getByRole('link', { name: 'Nodes 1' }).first()).toBeVisible()
    await expect(main.locator('[aria-busy="true"]')).toBeVisible()
    await expect(main).not.toContainText(SAYS_NONE)
    await page.setViewportSize(NARROWEST)
    await expectNoSidewaysScroll(page)
    await page.setViewportSize({ width: 1440, height: 900 })
  }
  letInRequests()
  await expect(main.getByRole('row').filter({ hasText: 'edge-1' })).toContainText(
    'Serving requested',
  )
  await expect(summary.getByText(/ · still being counted$/).first()).toBeVisible()
  expect((await fetch(`${app.api}/readyz`)).status).toBe(503)
  letInMachines()
  await expect(summary.getByText('Needs you', { exact: true })).toBeVisible()
  await expect(page.getByText('still being counted')).toHaveCount(0)
})

test('a page whose code takes long shows a skeleton below what is known already', async ({
  page,
  quiet: { app },
}) => {
  const main = page.locator('main')
  const scriptsOf = async (path: string, heading: string) => {
    await page.goto(app.at(path))
    // Scripts are added until the page's own code has run.
    await expect(main.getByRole('heading', { name: heading })).toHaveCount(1)
    const all = page.locator('script[src]')
    return all.evaluateAll((some) => some.map((one) => one.getAttribute('src')))
  }
  const ofAll = await scriptsOf('/nodes', 'Nodes')
  const own = new Set(
    (await scriptsOf('/requests', 'Requests')).filter((src) => !ofAll.includes(src)),
  )
  expect(own.size).toBeGreaterThan(0)

  const { promise: until, resolve: letIn } = Promise.withResolvers<void>()
  await page.route('**/_next/static/**', async (route) => {
    if (own.has(new URL(route.request().url()).pathname)) await until
    await route.continue()
  })
  await page.reload({ waitUntil: 'commit' })
  await untilLive(page)
  await expect(main.locator('[aria-busy="true"]')).toBeVisible()
  await expect(main.getByRole('heading', { name: 'Opening the page…' })).toHaveCount(1)
  letIn()
  await expect(main.getByRole('heading', { name: 'Requests' })).toHaveCount(1)
  await expect(main.locator('[aria-busy="true"]')).toHaveCount(0)
})

test('nothing is live or can be decided when the stream is back before the rows are', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'before' })
  await using _ = await page.addInitScript(() => {
    const { fetch } = window
    window.fetch = (input, init) => {
      if (input !== '/api/events') return fetch(input, init)
      const broken = new AbortController()
      addEventListener('break-stream', () => broken.abort(), { once: true })
      const signals = [broken.signal, ...(init?.signal ? [init.signal] : [])]
      return fetch(input, { ...init, signal: AbortSignal.any(signals) })
    }
  })
  await page.goto(app.address)
  const approve = page.getByRole('button', { name: 'Approve client for before' })
  await expect(approve).toBeEnabled()
  await untilLive(page)

  const { promise: until, resolve: letIn } = Promise.withResolvers<void>()
  const asked = page.waitForRequest('**/api/summary')
  await page.route('**/api/summary', async (route) => {
    await until
    await route.continue()
  })
  await page.route('**/api/events', async (route) => {
    // A missed change: only reading again brings it.
    await untilListed(app, fileIn(sandbox, { nodeName: 'meanwhile' }).metadata.uid ?? '')
    await page.unroute('**/api/events')
    await route.continue()
  })
  await page.evaluate(() => dispatchEvent(new Event('break-stream')))
  await asked
  await expect(page.getByText(/^Connection to Countersign lost/)).toBeVisible()
  await expect(page.getByText('Live', { exact: true })).toHaveCount(0)
  await expect(approve).toHaveAccessibleDescription(/^Off until the connection is back/)
  letIn()
  await untilLive(page)
  await expect(page.getByText(/^Connection to Countersign lost/)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Approve client for meanwhile' })).toBeEnabled()
})

test('a page that had no data fills itself when rights come back', { tag: WAITS }, async ({
  page,
  stand,
}) => {
  const { sandbox, app } = await stand({ as: 'viewer' })
  const giveBack = sandbox.revokeRights('viewer')
  sandbox.closeWatches()
  await expect.poll(async () => (await snapshot(app)).feed.state).not.toBe('live')
  const { metadata } = fileIn(sandbox, { nodeName: 'x' })
  const uncertain = page.getByRole('heading', { level: 1, name: 'The details could not be read' })
  await page.goto(app.at(`/requests/${metadata.uid}`))
  await expect(page.getByText('The cluster does not let you read its requests.')).toBeVisible()
  await expect(uncertain).toHaveCount(1)
  giveBack()
  const heading = page.getByRole('heading', { level: 1, name: metadata.name, exact: true })
  await expect(heading).toBeVisible({ timeout: 40_000 })
})

test('a take-over is never taken for a new machine when Nodes can no longer be read', {
  tag: WAITS,
}, async ({ page, stand }) => {
  const { sandbox, app } = await stand()
  const conditions = [{ type: 'Ready', status: 'True' }]
  sandbox.world.create('nodes', { metadata: { name: 'victim' }, status: { conditions } })
  const csr = fileIn(sandbox, { nodeName: 'victim' })
  const { uid = '' } = csr.metadata
  const isSuspicious = ({ verdict }: RequestRow) => verdict === 'suspicious'
  const item = itemOf(await untilListed(app, uid, isSuspicious))
  fileIn(sandbox, { nodeName: 'newcomer' })
  const order = { decision: 'approve', accept: 'plausible', items: [item] }
  const outcome = async () => {
    const { status, lines } = await decide(app, order)
    return lines[0]?.outcome ?? status
  }
  await openLive(page, app)

  const giveBack = sandbox.failNext({ match: { path: /\/nodes/ }, times: 100_000, status: 503 })
  sandbox.closeWatches()
  // Judged by the last known Nodes, and after half a minute not decidable.
  const lost = page.getByText('The cluster’s nodes cannot be read just now.')
  await expect
    .poll(async () => [await outcome(), await lost.count()], { timeout: 60_000 })
    .toEqual([409, 1])
  await expect(page.getByText(/checked against those that were read last/)).toBeVisible()
  await expect(page.locator('tr[data-key="victim"]')).toContainText('Suspicious')
  const approve = page.locator('tr[data-key="newcomer"]').getByRole('button').first()
  await expect(approve).toHaveAccessibleDescription(/^Off until the connection is back/)
  expect((await app.fetch('/readyz')).status).toBe(503)
  await expectCleanAtAllSizes(page)

  giveBack()
  await expect(page.getByText('Live', { exact: true })).toBeVisible({ timeout: 40_000 })
  expect(await outcome()).toBe('refused')
  expect(conditionsIn(sandbox, csr)).toEqual([])
})

test('nothing is decided without Nodes that may no longer be read, and the page says what is missing', {
  tag: WAITS,
}, async ({ page, cluster, open }) => {
  const sandbox = await cluster()
  const conditions = [{ type: 'Ready', status: 'True' }]
  sandbox.world.create('nodes', { metadata: { name: 'victim' }, status: { conditions } })
  const csr = fileIn(sandbox, { nodeName: 'victim' })
  const app = await open({ kubeconfig: sandbox.kubeconfigs.approver })
  const { uid = '' } = csr.metadata
  await untilListed(app, uid, ({ verdict }) => verdict === 'suspicious')
  await page.goto(app.address)
  const live = page.getByText('Live', { exact: true })
  await expect(live).toBeVisible()

  const giveBack = sandbox.revokeRights('approver', 'nodes')
  sandbox.closeWatches()
  await expect(page.getByText('The cluster no longer lets you read its nodes.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Copy the missing rule' })).toBeVisible()
  await expectCleanAtAllSizes(page)
  // Without the Nodes the request looks like a new machine's; the page must not say so.
  const item = itemOf(await untilListed(app, uid, ({ verdict }) => verdict === 'plausible'))
  const judged = page.locator('main').getByText(/^(Plausible|Not fully checked)$/)
  for (const path of ['/', '/requests', '/machines/victim', `/requests/${uid}`]) {
    await page.goto(app.at(path))
    await expect(judged.filter({ visible: true })).toHaveText(['Not fully checked'])
  }
  await expect(page.getByText(/certificate approve/)).toHaveCount(0)

  await page.goto(app.at('/machines/victim'))
  const why = page.getByRole('region', { name: 'Why is this waiting?' })
  await expect(why).toContainText('It cannot be fully checked just now.')
  await expect(why).not.toContainText('No check fails')

  // Filters, counts and offers must not say so either.
  await page.goto(app.at('/requests?verdict=plausible'))
  await expect(page.getByRole('link', { name: csr.metadata.name })).toBeVisible()
  await expect(page.getByRole('button', { name: /Plausible/ })).toHaveCount(0)
  await page.goto(app.at('/?verdict=plausible'))
  await expect(page.locator('tr[data-key="victim"]')).toBeVisible()
  const filters = page.getByRole('group', { name: 'Verdict' }).getByRole('button')
  await expect(filters).toHaveText(['All1', 'Not fully checked1', 'Held back0'])
  await expect(filters.nth(1)).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('button', { name: /Nothing to approve in bulk/ })).toBeVisible()
  await page.getByRole('button', { name: 'Search or run…' }).click()
  await page.getByRole('option', { name: /^Approve all that are verified/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Nothing to approve together' })
  await expect(dialog.getByText('Not fully checked')).toBeVisible()
  await expect(dialog.getByRole('heading', { name: 'Plausible' })).toHaveCount(0)
  await page.keyboard.press('Escape')

  const { status } = await decide(app, { decision: 'approve', accept: 'plausible', items: [item] })
  expect(status).toBe(409)

  giveBack()
  await expect(live).toBeVisible({ timeout: 40_000 })
  expect(conditionsIn(sandbox, csr)).toEqual([])
})
