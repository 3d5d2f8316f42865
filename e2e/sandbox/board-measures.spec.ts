/** The board as a person sees it without scrolling, on hover and on paper. */
import { openLive } from '../fixtures/page.ts'
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

test('on a desk eight rows of the queue are in view, and no signer or requestor is cut', async ({
  page,
  app,
}) => {
  await page.setViewportSize(DESK)
  await openLive(page, app, '/')
  const eighth = page
    .getByRole('table', { name: 'Machines waiting for you' })
    .getByRole('row')
    .nth(8)
  const row = await eighth.boundingBox()
  expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThan(DESK.height)

  const cut = await page
    .getByRole('table', { name: 'Other requests' })
    .locator('[data-cut]')
    .evaluateAll((starts) =>
      starts
        .filter((start) => start.scrollWidth > start.clientWidth)
        .map((start) => start.innerHTML),
    )
  expect(cut).toEqual([])
})

test('a verdict says on focus what it rests on, and its column what the four mean', async ({
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

test('on paper there are rows, and nothing to press', async ({ page, app }) => {
  await openLive(page, app, '/')
  const table = page.getByRole('table', { name: 'Machines waiting for you' })
  await expect(table).toBeVisible()
  await page.emulateMedia({ media: 'print' })
  await expect(table).toBeVisible()
  await expect(page.getByRole('banner')).toBeHidden()
  await expect(page.getByRole('searchbox')).toBeHidden()
  await expect(page.getByRole('button', { name: /^Approve/ })).toHaveCount(0)
})
