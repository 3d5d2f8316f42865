/** The board as a person sees it without scrolling, on hover and on paper. */
import type { Page } from '@playwright/test'
import { RACK2 } from '#sandbox/scenarios/rack2.ts'
import { openLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const PHONE = { width: 390, height: 844 }
const DESK = { width: 1440, height: 900 }

test('on a phone the first row of the queue is whole above the dock, below a filter of text and verdict', async ({
  page,
  app,
}) => {
  await page.setViewportSize(PHONE)
  await openLive(page, app, '/')
  const first = page.getByRole('table', { name: 'Machines waiting for you' }).getByRole('button')
  const button = await first.first().boundingBox()
  const dock = await page.getByRole('region', { name: 'Bulk approval' }).boundingBox()
  expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThan(dock?.y ?? 0)

  await expect(page.getByRole('searchbox', { name: 'Filter machines' })).toBeVisible()
  await page.getByRole('button', { name: /^Verdict: All/ }).click()
  await page.getByRole('menuitem', { name: /^Held back/ }).click()
  await expect(page).toHaveURL(/verdict=heldBack/)
})

test('on a desk eight rows of the queue are in view', async ({ page, app }) => {
  await page.setViewportSize(DESK)
  await openLive(page, app, '/')
  const eighth = page
    .getByRole('table', { name: 'Machines waiting for you' })
    .getByRole('row')
    .nth(8)
  const row = await eighth.boundingBox()
  expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThan(DESK.height)
})

test('the board of the story’s first minute has at most 600 words', async ({ page, stand }) => {
  const { app } = await stand({ scenario: RACK2 })
  await page.setViewportSize(DESK)
  await openLive(page, app, '/')
  await untilRow(page, 'worker-01.rack2.example.com')
  await expect(page.getByRole('table', { name: 'Other requests' })).toBeVisible()
  expect(await wordsIn(page)).toBeLessThanOrEqual(600)
})

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

for (const width of [390, 1024, 1440]) {
  test(`no signer and no requestor is cut at ${width} pixels, neither on the board nor among the requests`, async ({
    page,
    app,
  }) => {
    await page.setViewportSize({ width, height: 900 })
    for (const [path, name] of [
      ['/', 'Other requests'],
      ['/requests', 'Certificate signing requests'],
    ] as const) {
      await openLive(page, app, path)
      const ends = page.getByRole('table', { name }).locator('[data-cut], [data-cut] + span')
      await expect(ends.first()).toBeAttached()
      const cut = await ends.evaluateAll((parts) =>
        parts
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ innerHTML }) => innerHTML),
      )
      expect(cut).toEqual([])
    }
  })
}

test('a verdict shows its evidence on focus, and its column explains the four verdicts', async ({
  page,
  app,
}) => {
  await openLive(page, app, '/')
  const table = page.getByRole('table', { name: 'Machines waiting for you' })
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
})

test('on paper there are rows, and no buttons', async ({ page, app }) => {
  await openLive(page, app, '/')
  const table = page.getByRole('table', { name: 'Machines waiting for you' })
  await expect(table).toBeVisible()
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
