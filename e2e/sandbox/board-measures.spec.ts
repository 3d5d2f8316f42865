/** The board as a person sees it without scrolling, on hover and on paper. */
import type { Locator, Page } from '@playwright/test'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { NARROWEST } from '../fixtures/clean.ts'
import { openLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const PHONE = { width: 390, height: 844 }
const DESK = { width: 1440, height: 900 }

test('on a phone the first row of the queue is whole, its stage’s words stand beside the picture, and at 320 pixels its time stands apart and each tab has room', async ({
  page,
  app,
}) => {
  await page.setViewportSize(PHONE)
  await openLive(page, app, '/')
  const first = page.getByRole('table', { name: 'Machines waiting for you' }).getByRole('button')
  const button = await first.first().boundingBox()
  const dock = await page.getByRole('region', { name: 'Bulk approval' }).boundingBox()
  expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThan(dock?.y ?? 0)
  const row = page.locator('tr[data-key="worker-01.rack2.example.com"]')
  await expect(row.getByRole('button', { name: /^Approve serving/ })).toBeVisible()
  const [picture, words] = await Promise.all([
    row.getByRole('cell').nth(3).locator('svg').boundingBox(),
    row.getByText('Serving requested').boundingBox(),
  ])
  expect(words?.x).toBeGreaterThan((picture?.x ?? 0) + (picture?.width ?? 390))
  expect(words?.y).toBeLessThan((picture?.y ?? 0) + (picture?.height ?? 0))

  await page.setViewportSize(NARROWEST)
  const rows = page.getByRole('table', { name: 'Machines waiting for you' }).locator('tr[data-key]')
  await expect(rows.filter({ hasText: 'Overdue' }).first()).toBeVisible()
  const overlaps = await rows.evaluateAll((all) => {
    // The letters' own box: an element's box may end before its drawing does.
    const inkOf = (cell: Element | undefined) => {
      const range = document.createRange()
      return [...(cell?.querySelectorAll('span, time') ?? [])]
        .map((text) => {
          range.selectNodeContents(text)
          return range.getBoundingClientRect()
        })
        .filter(({ width }) => width > 0)
    }
    return all.flatMap((row) => {
      const cells = [...row.querySelectorAll('td')]
      const right = Math.max(...inkOf(cells[3]).map((ink) => ink.right))
      const left = Math.min(...inkOf(cells[5]).map((ink) => ink.left))
      return right > left ? [`${row.getAttribute('data-key')}: ${right} > ${left}`] : []
    })
  })
  expect(overlaps).toEqual([])

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

  await page.setViewportSize(PHONE)
  await expect(page.getByRole('searchbox', { name: 'Filter machines' })).toBeVisible()
  await page.getByRole('button', { name: /^Verdict: All/ }).click()
  await page.getByRole('menuitem', { name: /^Held back/ }).click()
  await expect(page).toHaveURL(/verdict=heldBack/)
})

test('the board of the story’s first minute has at most 600 words, its plan fits a desktop without scrolling, and on a phone what a person sets is in view', async ({
  page,
  stand,
}) => {
  const { app } = await stand({ scenario: RACK2 })
  await page.setViewportSize(DESK)
  await openLive(page, app, '/')
  await untilRow(page, 'worker-01.rack2.example.com')
  await expect(page.getByRole('table', { name: 'Other requests' })).toBeVisible()
  expect(await wordsIn(page)).toBeLessThanOrEqual(600)

  // A plan with a ticked, a plausible and a re-bootstrapping group, and with held-back rows.
  await page.getByRole('button', { name: 'Approve 9 machines…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve 9 machines' })
  await expect(dialog.getByRole('region', { name: 'Held back' })).toBeVisible()
  await expect(dialog.getByRole('region')).toHaveCount(5)
  // Only a body that scrolls is a group of its own.
  await expect(dialog.getByRole('group', { name: 'Approve 9 machines' })).toHaveCount(0)
  expect(await bottomOf(dialog)).toBeLessThan(900)

  await page.setViewportSize(PHONE)
  const duplicates = dialog.getByRole('checkbox', { name: /older duplicates too/ })
  const top = await duplicates.evaluate((box) => box.getBoundingClientRect().top)
  expect(await bottomOf(dialog.getByRole('region', { name: /^Verified/ }))).toBeLessThan(top)
  for (const part of [
    duplicates,
    dialog.getByRole('checkbox', { name: /^Follow for/ }),
    dialog.getByRole('textbox', { name: 'Note' }),
    dialog.getByText(/^9 machines · \d+ requests · follows 15 min$/),
    dialog.getByRole('button', { name: 'Approve 9 machines' }),
  ]) {
    await expect(part).toBeInViewport({ ratio: 1 })
  }
})

/** Lower edge of an element, in pixels from the top of the window. */
const bottomOf = (element: Locator) =>
  element.evaluate((node) => node.getBoundingClientRect().bottom)

/** Words of the page as a reader counts them, including those for screen readers. */
async function wordsIn(page: Page): Promise<number> {
  // biome-ignore lint/performance/useDomNodeTextContent: text that is not drawn has no readers
  const text = await page.getByRole('main').evaluate((main) => (main as HTMLElement).innerText)
  return text.split(/\s+/).filter(Boolean).length
}

test('the page of a refused request has at most 300 words', async ({ page, app }) => {
  await page.setViewportSize(DESK)
  await openLive(page, app, '/')
  await page.getByRole('link', { name: 'csr-9wq4x' }).click()
  await expect(page.getByRole('heading', { name: 'Checks' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'The same in a terminal' })).toBeVisible()
  expect(await wordsIn(page)).toBeLessThanOrEqual(300)
})

test('on a phone the evidence of a failed check is in view above the docked verb', async ({
  page,
  app,
}) => {
  await page.setViewportSize(PHONE)
  await openLive(page, app, '/machines/worker-08.rack2.example.com')
  const evidence = page.locator('[data-outcome="fail"]').first().locator('dd')
  const verb = await page.getByRole('button', { name: /^Deny serving…/ }).boundingBox()
  for (const part of await evidence.all()) {
    const box = await part.boundingBox()
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(verb?.y ?? 0)
  }
  await expect(evidence).not.toHaveCount(0)
})

test('no signer and no requestor is cut at 390, 1024 and 1440 pixels, neither on the board nor among the requests', async ({
  page,
  app,
}) => {
  for (const [path, name] of [
    ['/', 'Other requests'],
    ['/requests', 'Certificate signing requests'],
  ] as const) {
    await openLive(page, app, path)
    const ends = page.getByRole('table', { name }).locator('[data-cut], [data-cut] + span')
    for (const width of [390, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 })
      await expect(ends.first()).toBeAttached()
      const cut = await ends.evaluateAll((parts) =>
        parts
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ innerHTML }) => innerHTML),
      )
      expect([width, cut]).toEqual([width, []])
    }
  }
})

test('on a desk eight rows are in view, a verdict shows its evidence on focus, its column explains the verdicts, and paper has rows and no buttons', async ({
  page,
  app,
}) => {
  await page.setViewportSize(DESK)
  await openLive(page, app, '/')
  const table = page.getByRole('table', { name: 'Machines waiting for you' })
  const row = await table.getByRole('row').nth(8).boundingBox()
  expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThan(DESK.height)

  await table.getByRole('link', { name: 'Suspicious' }).first().focus()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Tab')
  await expect(page.getByText('Held back. Its page says what to do.')).toBeVisible()
  await page.keyboard.press('Escape')

  await table.getByRole('button', { name: 'What the verdicts mean' }).click()
  const legend = page.getByRole('dialog', { name: 'What the verdicts mean' })
  await expect(legend.getByRole('term')).toHaveText([
    'Verified',
    'Plausible',
    'Suspicious',
    'Refused',
  ])
  await page.keyboard.press('Escape')
  await expect(legend).toHaveCount(0)

  await page.emulateMedia({ media: 'print' })
  await expect(table).toBeVisible()
  await expect(page.getByRole('banner')).toBeHidden()
  await expect(page.getByRole('searchbox')).toBeHidden()
  await expect(page.getByRole('button', { name: /^Approve/ })).toHaveCount(0)
})

test('on paper a long list has all of its rows, and no space for rows that are not drawn', async ({
  page,
  app,
}) => {
  await page.setViewportSize({ width: 794, height: 600 })
  for (const [path, name] of [
    ['/requests', 'Certificate signing requests'],
    ['/nodes', 'Nodes'],
  ] as const) {
    await openLive(page, app, path)
    const table = page.getByRole('table', { name })
    const rows = table.locator('tr[data-key]')
    await expect(rows.first()).toBeVisible()
    await page.emulateMedia({ media: 'print' })
    await expect(async () => {
      expect(await rows.count()).toBe(Number(await table.getAttribute('aria-rowcount')) - 1)
    }).toPass()
    for (const gap of await table.locator('tr[aria-hidden]').all()) await expect(gap).toBeHidden()
    await page.emulateMedia({ media: null })
  }
})

test('paper names the page, as the tabs do on screen', async ({ page, app }) => {
  await page.emulateMedia({ media: 'print' })
  for (const [path, title] of [
    ['/', 'Machines'],
    ['/expected', 'Expected machines'],
    ['/runs', 'Runs'],
  ] as const) {
    await page.goto(app.at(path))
    const heading = page.getByRole('heading', { level: 1, name: title })
    // A heading for screen readers alone is one pixel high.
    await expect.poll(async () => (await heading.boundingBox())?.height ?? 0).toBeGreaterThan(20)
  }
  await page.emulateMedia({ media: null })
})
