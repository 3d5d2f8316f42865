/**
 * Every page, wide and on a phone, light and dark: no findings of axe, nothing scrolling sideways.
 */
import type { Locator, Page } from '@playwright/test'
import type { Sandbox } from '#sandbox/sandbox.ts'
import { snapshot } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { chooseVerb } from '../fixtures/choose-verb.ts'
import { expectCleanAtAllSizes, expectNoSidewaysScroll, NARROWEST } from '../fixtures/clean.ts'
import { openLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, decideByHand, fileIn } from '../fixtures/sandbox-requests.ts'

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
    (page) => page.getByText(/or another one that took its name/).waitFor(),
  ],
  [
    'a machine that has joined',
    '/machines/worker-11.rack2.example.com',
    (page) => page.getByText('From first request to joined').waitFor(),
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
  [
    'the guide',
    '/guide',
    (page) => page.getByRole('heading', { level: 1, name: 'User guide' }).waitFor(),
  ],
  [
    'what is new',
    '/guide/changelog',
    (page) => page.getByRole('heading', { level: 1, name: 'Changelog' }).waitFor(),
  ],
  ['runs', '/runs', (page) => page.getByText('A run decides many requests').waitFor()],
]

// Half of the pages in each test, so that two workers share them.
for (const half of [PAGES.slice(0, 5), PAGES.slice(5)]) {
  const names = half.map(([name]) => name).join(', ')
  test(`the pages ${names} pass axe, wide and on a phone, light and dark`, async ({
    page,
    app,
  }) => {
    for (const [name, path, settled] of half) {
      await test.step(name, async () => {
        // Loaded at the smallest size, while other tests load a wide page and narrow it.
        await page.setViewportSize(NARROWEST)
        await openLive(page, app, path)
        await settled(page)
        await expectNoSidewaysScroll(page)
        await expectCleanAtAllSizes(page)
      })
    }
  })
}

const OWN_CLUSTER: readonly (readonly [
  string,
  (sandbox: Sandbox, app: App) => Promise<string>,
  (page: Page) => Promise<void>,
])[] = [
  [
    'a browser without the key',
    async (_sandbox, app) => app.url,
    (page) => page.getByRole('heading', { name: 'Open Countersign with its link' }).waitFor(),
  ],
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
]

test('a browser without the key, an empty board, and a request or machine that may be refused pass axe, wide and on a phone, light and dark', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const { width, height } = page.viewportSize() ?? NARROWEST
  for (const [name, address, settled] of OWN_CLUSTER) {
    await test.step(name, async () => {
      await page.setViewportSize({ width, height })
      await page.goto(await address(sandbox, app))
      await settled(page)
      await expectCleanAtAllSizes(page)
    })
  }
})

test('the board shows what does not work meanwhile: waiting operators with their own message, and nodes without exec and logs', async ({
  page,
  app,
}) => {
  await openLive(page, app, '/')
  const strip = page.getByRole('region', { name: 'Summary' })
  await strip.getByRole('button', { name: 'Operators waiting: monitoring' }).click()
  const said = page.getByRole('dialog', { name: 'Operators that are not available' })
  await expect(said.getByRole('term')).toHaveText(['monitoring', 'image-registry'])
  await expect(said.getByRole('definition')).toHaveText([
    'UpdatingPrometheus: Prometheus: 0/2 replicas are ready, unscheduled pods wait for nodes',
    'Available: The deployment does not have available replicas',
  ])
  await expect(said).toContainText('Also unavailable, for another reason')
  await page.keyboard.press('Escape')
  await expect(said).toHaveCount(0)

  const link = strip.getByRole('link', { name: /^exec and logs unavailable on/ })
  const broken = async () =>
    (await snapshot(app)).machines.filter(({ node, execAndLogs }) => {
      return node !== null && execAndLogs === 'unavailable'
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
  const filter = page.getByRole('group', { name: 'Readiness' })
  await expect(filter.getByRole('button', { pressed: true })).toHaveText(
    `exec unavailable${(await broken()).length}`,
  )
  await expect(table.getByRole('link', { name: 'worker-11.rack2.example.com' })).toHaveCount(0)
})

test('on a phone a node is three lines, and still a row of the same columns', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openLive(page, app, '/nodes')
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
  await row.scrollIntoViewIfNeeded()
  await expect(row.getByRole('button', { name: /^Review.*worker-08/ })).toBeInViewport()
  const { height, width } = (await row.boundingBox()) ?? { height: 0, width: 0 }
  expect(height).toBeGreaterThan(80)
  expect(width).toBeLessThanOrEqual(390)
})

test('a request’s long name is cut off before it takes the place of its checks’ tally', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const { metadata } = fileIn(sandbox, { nodeName: 'by-itself', name: 'csr-'.padEnd(253, 'x') })
  const heading = page.getByRole('heading', { name: 'Checks' })
  for (const path of ['/machines/by-itself', `/requests/${metadata.uid}`]) {
    await openLive(page, app, path)
    const tally = page.locator('header', { has: heading }).getByText(/^ · \d+ pass/)
    for (const viewport of [{ width: 1440, height: 900 }, NARROWEST]) {
      await page.setViewportSize(viewport)
      await expectNoSidewaysScroll(page)
      await tally.scrollIntoViewIfNeeded()
      await expect(tally).toBeInViewport({ ratio: 1 })
    }
  }
})

test('on a phone a request shows its machine’s name in full, and at 1024 pixels its machine beside kubectl’s columns', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openLive(page, app, '/requests')
  const table = page.getByRole('table', { name: 'Certificate signing requests' })
  const machine = table.getByRole('link', { name: /^worker-0\d\.rack2\.example\.com$/ }).first()
  // The story continues: newer requests may come above.
  await machine.scrollIntoViewIfNeeded()
  await expect(machine).toBeInViewport()
  expect(await cutIn(machine)).toEqual([])

  await page.setViewportSize({ width: 1024, height: 768 })
  await expect(table.getByRole('columnheader')).toHaveText([
    '',
    'NAME',
    'AGE',
    'SIGNERNAME',
    'REQUESTOR',
    'REQUESTEDDURATION',
    'CONDITION',
    'Machine',
    'Verdict',
  ])
  const heads = await table
    .getByRole('columnheader')
    .evaluateAll((all) => all.map((head) => head.getBoundingClientRect()))
  for (const [at, { left, right }] of heads.entries()) {
    expect(left).toBeGreaterThanOrEqual((heads[at - 1]?.right ?? 0) - 1)
    expect(right).toBeLessThanOrEqual(1024)
  }
})

test('the filters of requests stay in one line when the longest verdict is chosen', async ({
  page,
  app,
}) => {
  await openLive(page, app, '/requests?verdict=suspicious')
  const copy = page.getByRole('button', { name: 'Copy as table' })
  const verdict = page.getByRole('button', { name: 'Verdict: Suspicious' })
  const [first, last] = await Promise.all([verdict.boundingBox(), copy.boundingBox()])
  expect(first).not.toBeNull()
  expect(last?.y).toBe(first?.y)
})

/** In the page: a focused element of a row that another element covers; null otherwise. */
function hiddenFocus(): string | null {
  const focused = document.activeElement
  if (focused === null || focused.closest('tr[data-key]') === null) return null
  const { left, top, width, height } = focused.getBoundingClientRect()
  const above = document.elementFromPoint(left + width / 2, top + height / 2)
  const isSeen = above !== null && (focused.contains(above) || above.contains(focused))
  return isSeen ? null : focused.outerHTML
}

/** Files more requests than fit; none arrives while a test goes through them. */
function fileMany(sandbox: Sandbox): void {
  for (let n = 0; n < 9; n += 1) fileIn(sandbox, { nodeName: `worker-${n}` })
}

test('on a phone no focused element is under the bars at the bottom', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileMany(sandbox)
  await page.setViewportSize({ width: 390, height: 844 })
  await openLive(page, app, '/')
  const rows = page.getByRole('table', { name: 'Machines waiting for you' }).locator('tr[data-key]')
  await expect(rows).toHaveCount(9)
  await rows.first().getByRole('checkbox').check()
  const bar = page.getByRole('region', { name: 'Selection' })
  await expect(bar).toBeVisible()
  const count = await rows.count()
  for (let at = 0; at < 4 * count; at += 1) {
    await page.keyboard.press('Tab')
    // Rows drawn during scrolling may move it once more.
    await expect.poll(() => page.evaluate(hiddenFocus)).toBeNull()
  }
})

/** A window of 1440 pixels at 400 %. */
const ZOOMED = { width: 360, height: 225 }

test('at 400 % zoom no bar covers the list, nor a focused element', async ({
  page,
  quiet: { sandbox, app },
}) => {
  fileMany(sandbox)
  await page.setViewportSize(ZOOMED)
  await openLive(page, app, '/')
  const rows = page.getByRole('table', { name: 'Machines waiting for you' }).locator('tr[data-key]')
  await expect(rows.first()).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(rows.first().getByRole('checkbox')).toBeChecked()
  for (const [key, at] of [
    ['j', 1],
    ['j', 2],
    ['j', 3],
    ['j', 4],
    ['k', 3],
  ] as const) {
    await page.keyboard.press(key)
    await expect(rows.nth(at).locator(':focus')).toBeVisible()
    await expect.poll(() => page.evaluate(hiddenFocus)).toBeNull()
  }
  const ofTheList = () =>
    page.evaluate(() => {
      const heights = Array.from({ length: innerHeight }, (_, y) => y)
      return heights.filter((y) => document.elementFromPoint(innerWidth / 2, y)?.closest('table'))
        .length
    })
  await expect.poll(ofTheList).toBe(ZOOMED.height)
  const bar = page.getByRole('region', { name: 'Selection' })
  await bar.getByRole('button', { name: /^Approve/ }).focus()
  await expect(bar).toBeInViewport({ ratio: 1 })
})

test('passed checks are counted and can be opened; the other checks are open', async ({
  page,
  app,
}) => {
  await openLive(page, app, '/machines/worker-08.rack2.example.com')
  const checks = page.locator('li[data-check]')
  await expect(checks.and(page.locator('[data-outcome="fail"]')).first()).toBeVisible()
  await expect(checks.and(page.locator('[data-outcome="unknown"]')).first()).toBeVisible()
  const passed = checks.and(page.locator('[data-outcome="pass"]'))
  await expect(passed).toHaveCount(0)
  const show = page.getByRole('button', { name: /^Show \d+ passed/ })
  const count = Number((await show.textContent())?.match(/\d+/)?.[0])
  await show.focus()
  await page.keyboard.press('Enter')
  await expect(passed).toHaveCount(count)
  await expect(page.getByRole('button', { name: `Hide ${count} passed` })).toBeFocused()
  const twice = await checks.evaluateAll((all) =>
    all.flatMap((row) => {
      const [title, short] = [row.querySelector('h3'), row.querySelector('h3 + p')]
      return title?.textContent === short?.textContent ? [title?.textContent] : []
    }),
  )
  expect(twice).toEqual([])
})

test('the tab’s title names the request', async ({ page, quiet: { sandbox, app } }) => {
  fileIn(sandbox, { nodeName: 'titled', name: 'csr-\u202etitled' })
  await openLive(page, app, '/requests')
  const titleOfList = await page.title()
  await page.getByRole('link', { name: /csr-/ }).first().click()
  await expect(page).toHaveTitle('csr-\\u202etitled · Countersign')
  await page.reload()
  await expect(page).toHaveTitle('csr-\\u202etitled · Countersign')
  await page
    .getByRole('link', { name: /^Requests/ })
    .first()
    .click()
  await expect(page).toHaveTitle(titleOfList)
})

const NO_MATCH = [
  ['', 'verdict=heldBack', 'machine', 'Machines waiting for you'],
  ['requests', 'verdict=refused&status=denied', 'request', 'Certificate signing requests'],
  ['nodes', 'status=notReady', 'node', 'Nodes'],
  ['activity', 'decision=denied&who=people', 'decision', 'Decisions'],
  ['policy', 'show=same', 'request', 'What the policy would have done'],
] as const

test('a filter without a match is cleared by the button beside that message, on every page', async ({
  page,
  app,
}) => {
  for (const [path, filters, what, table] of NO_MATCH) {
    await test.step(what, async () => {
      await page.setViewportSize({ width: 1440, height: 900 })
      await openLive(page, app, `/${path}?q=nothing-has-this&${filters}`)
      await expect(page.getByText(`No ${what} matches the filter`)).toBeVisible()
      await page.getByRole('button', { name: 'Clear the filter' }).last().click()
      await expect(page.getByRole('table', { name: table })).toBeVisible()
      await expect(page).toHaveURL(`${app.url}/${path}`)
      const field = page.getByRole('searchbox')
      await expect(field).toBeFocused()
      await page.setViewportSize({ width: 390, height: 844 })
      await expect(field).toBeFocused()
    })
  }
})

test('a machine that is not judged has its state below its name, and its certificates and addresses once', async ({
  page,
  app,
}) => {
  for (const [machine, state] of [
    ['worker-22.rack3', 'Failed'],
    ['worker-23.rack3', 'Denied'],
    ['worker-11.rack2', 'Ready'],
  ] as const) {
    await openLive(page, app, `/machines/${machine}.example.com`)
    const below = page.getByRole('heading', { level: 1 }).locator('xpath=../following-sibling::div')
    await expect(below.getByText(state, { exact: true })).toBeVisible()
  }
  await expect(page.getByRole('listitem').filter({ hasText: /certificate .*issued/ })).toHaveText([
    /Serving certificate of csr-\S+ issued$/,
  ])
  // The Machine lists its addresses twice.
  const addresses = page.getByText('Addresses', { exact: true }).locator('xpath=following::dd[1]')
  for (const address of ['10.20.2.21', 'worker-11.rack2.example.com']) {
    await expect(addresses.getByText(address, { exact: true })).toHaveCount(1)
  }
})

test('on a phone the actions for a selection are docked, for machines and for requests', async ({
  page,
  app,
  sandbox,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const places: unknown[] = []
  for (const [path, table] of [
    ['/', 'Machines waiting for you'],
    ['/requests', 'Certificate signing requests'],
  ] as const) {
    await openLive(page, app, path)
    const rows = page.getByRole('table', { name: table }).getByRole('row')
    const verified = rows.filter({ hasText: 'Verified' }).first()
    await verified.getByRole('checkbox').check()
    const bar = page.getByRole('region', { name: 'Selection' })
    await expect(bar.getByRole('button')).toHaveCount(3)
    places.push(await bar.boundingBox())
  }
  expect(places[0]).toMatchObject({ x: 0, width: 390 })
  expect(places[1]).toEqual(places[0])

  // Toasts stay above it.
  await page.getByRole('link', { name: /^Machines/ }).click()
  sandbox.failNext({ match: { method: 'PUT', path: /\/approval/ }, status: 403 })
  await page
    .getByRole('button', { name: /^Approve (client|serving) for / })
    .first()
    .click()
  const toast = page.getByRole('alertdialog').filter({ hasText: 'did not let you approve' })
  const below = async () => {
    const { y, height } = (await toast.boundingBox()) ?? { y: 844, height: 0 }
    return y + height
  }
  const { y } = places[0] as { y: number }
  await expect.poll(below).toBeLessThanOrEqual(y)
})

/** Texts inside that are partly cut off. */
function cutIn(place: Locator): Promise<string[]> {
  return place.evaluate((root) =>
    [root, ...root.querySelectorAll('*')]
      .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      .map((element) => element.textContent ?? ''),
  )
}

for (const how of ['key', 'button'] as const) {
  test(`a machine’s request is decided on its own page by ${how}, and no other with it`, async ({
    page,
    quiet: { sandbox, app },
  }) => {
    const file = (keyName: string) =>
      fileIn(sandbox, { nodeName: 'keyed-1', keyName, name: keyName })
    const [other, denied, approved] = [file('one'), file('two'), file('three')]
    const decide = async (name: string, button: RegExp, key: string) => {
      await page.getByRole('link', { name, exact: true }).click()
      await expect(page.getByRole('button', { name: button })).toBeEnabled()
      if (how === 'key') await page.keyboard.press(key)
      else await page.getByRole('button', { name: button }).click()
    }
    await openLive(page, app, '/requests')
    await decide('three', /^Approve three$/, 'a')
    await expect.poll(() => conditionsIn(sandbox, approved)).toContain('Approved')
    await expect(page.getByRole('button', { name: /^(Approv|Deny)/ })).toHaveCount(0)

    await page
      .getByRole('link', { name: /^Requests/ })
      .first()
      .click()
    // Superseded if the third was not filed in the same second.
    await page.getByRole('link', { name: 'two', exact: true }).click()
    await expect(page.getByRole('button', { name: 'More ways to decide' })).toBeEnabled()
    if (how === 'key') await page.keyboard.press('d')
    else await chooseVerb(page, /^Deny.*…/)
    await page.getByRole('dialog').getByRole('button', { name: 'Deny two' }).click()
    await expect.poll(() => conditionsIn(sandbox, denied)).toEqual(['Denied'])
    expect(conditionsIn(sandbox, other)).toEqual([])
  })
}

for (const what of ['machine', 'request'] as const) {
  test(`a decision on a ${what}’s page is not offered again while the page is read again`, async ({
    page,
    quiet: { sandbox, app },
  }) => {
    const csr = fileIn(sandbox, { nodeName: 'once-1' })
    const path = what === 'machine' ? '/machines/once-1' : `/requests/${csr.metadata.uid}`
    await openLive(page, app, path)
    const approve = page.getByRole('button', { name: /^Approve (once-1|csr-\S+)$/ })
    await expect(approve).toBeEnabled()
    const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
    await page.route(`**/api${path}`, async (route) => {
      await until
      await route.continue()
    })
    const readAnew = page.waitForRequest(`**/api${path}`)
    await approve.click()
    await readAnew
    await expect.poll(() => conditionsIn(sandbox, csr)).toContain('Approved')
    const offered = page.getByRole('button', { name: /^(Approv|Deny)/, disabled: false })
    await expect(offered).toHaveCount(0)
    letGo()
    await expect(page.getByRole('main').getByText('Approved').first()).toBeVisible()
  })
}

test('after a decision by keyboard the focus is on the machine’s name, not lost', async ({
  page,
  quiet: { sandbox, app },
}) => {
  for (const [nodeName, button] of [
    ['left-1', 'Approve left-1'],
    ['left-2', 'More ways to decide'],
  ] as const) {
    const csr = fileIn(sandbox, { nodeName })
    await openLive(page, app, `/machines/${nodeName}`)
    const { promise: until, resolve: letGo } = Promise.withResolvers<void>()
    sandbox.failNext({ match: { method: 'PUT', path: /\/approval$/ }, until })
    await page.getByRole('button', { name: button }).focus()
    await page.keyboard.press('Enter')
    if (nodeName === 'left-2') {
      await page.getByRole('menuitem', { name: /^Deny client…/ }).focus()
      await page.keyboard.press('Enter')
      const deny = page.getByRole('dialog').getByRole('button', { name: /^Deny / })
      await deny.focus()
      await page.keyboard.press('Enter')
    }
    // The pressed button keeps the focus while it works.
    if (nodeName === 'left-1') {
      await expect(page.getByRole('button', { name: /^Approving…/ })).toBeFocused()
    }
    letGo()
    await expect.poll(() => conditionsIn(sandbox, csr).length).toBeGreaterThan(0)
    await expect(page.getByRole('heading', { level: 1, name: nodeName })).toBeFocused()
  }
})

test('a button that disappears moves the focus to the heading only if it had the focus', async ({
  page,
  quiet: { sandbox, app },
}) => {
  // So wide that the edge, where the mouse goes, is empty.
  await page.setViewportSize({ width: 1800, height: 900 })
  for (const [nodeName, isLeft] of [
    ['left-3', false],
    ['left-4', true],
  ] as const) {
    const csr = fileIn(sandbox, { nodeName })
    await openLive(page, app, `/machines/${nodeName}`)
    const button = page.getByRole('button', { name: `Approve ${nodeName}` })
    await button.focus()
    if (isLeft) {
      await page.mouse.click(4, 500)
      await expect(page.locator('body')).toBeFocused()
    }
    // Decided by another client.
    decideByHand(sandbox, csr, 'Denied')
    await expect(button).toHaveCount(0)
    await page.evaluate(async () => {
      for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame)
    })
    const heading = page.getByRole('heading', { level: 1, name: nodeName })
    if (isLeft) await expect(heading).not.toBeFocused()
    else await expect(heading).toBeFocused()
  }
})

test('on every page the keys of buttons that are off only give the reason', async ({
  page,
  looking: { sandbox, app },
}) => {
  const addresses = [{ type: 'InternalIP', address: '192.0.2.3' }]
  sandbox.world.create('nodes', { metadata: { name: 'keyed-3' }, status: { addresses } })
  const csr = fileIn(sandbox, {
    nodeName: 'keyed-3',
    kind: 'serving',
    dnsNames: ['keyed-3'],
    ipAddresses: ['192.0.2.3'],
  })
  await openLive(page, app, '/machines/keyed-3')
  const words =
    'You can’t approve or deny requests: your role lacks the verb update on certificatesigningrequests/approval.'
  await expect(
    page.getByRole('main').getByText('You can view requests, but not approve or deny them.'),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: /^(Approve|Deny)/ })).toHaveCount(0)
  for (const path of ['/machines/keyed-3', '/', '/requests', '/nodes']) {
    const name = path === '/requests' ? csr.metadata.name : 'keyed-3'
    if (path !== '/machines/keyed-3') {
      await openLive(page, app, path)
      // The summary names the machine before its row is there.
      await untilRow(page, name)
      await page.keyboard.press('j')
    }
    for (const [key, done] of [
      ['d', 'denied'],
      ['a', 'approved'],
    ] as const) {
      await page.keyboard.press(key)
      const said = page.getByRole('region', { name: 'Notifications' }).getByRole('group')
      await expect(said).toHaveText(`${name} was not ${done}${words}`)
      await expect(page.getByRole('dialog')).toHaveCount(0)
    }
  }
  expect(conditionsIn(sandbox, csr)).toEqual([])
})
