/** The toast that each decision ends in, wherever it was made. */
import type { Page } from '@playwright/test'
import { expectCleanInBothSchemes } from '../fixtures/clean.ts'
import { openLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

/** The requests table names the request. */
const APPROVED = /^Approved client for (a-\d|csr-.*)$/
const DENIED = /^Denied client for (a-\d|csr-.*)$/

async function deny(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /^Deny/ })
  await dialog.getByRole('button', { name: /^Deny/ }).click()
}

/** Presses a key on the only row of the list. */
async function byKey(page: Page, key: string): Promise<void> {
  for (const one of ['j', key]) await page.keyboard.press(one)
}

const WAYS = [
  ['a click on the board', /^Machines/, null],
  ['the key `a` on the board', /^Machines/, 'a'],
  ['the key `a` in the requests table', /^Requests/, 'a'],
  ['the key `d` on the board', /^Machines/, 'd'],
  ['the key `d` in the requests table', /^Requests/, 'd'],
] as const

test('a decision ends in a toast whose View opens the machine, wherever it was made', async ({
  page,
  quiet: { sandbox, app },
}) => {
  await openLive(page, app)
  const rows = page.locator('tr[data-key]')
  for (const [at, [way, tab, key]] of WAYS.entries()) {
    await test.step(way, async () => {
      const nodeName = `a-${at}`
      const { metadata } = fileIn(sandbox, { nodeName })
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: tab }).click()
      await expect(rows).toContainText([nodeName])
      await expect(rows).toHaveCount(1)
      if (key !== null) await byKey(page, key)
      else await page.getByRole('button', { name: `Approve client for ${nodeName}` }).click()
      if (key === 'd') await deny(page)
      const toast = page.getByRole('group', { name: key === 'd' ? DENIED : APPROVED })
      await expect(toast).toBeVisible()
      // The toast announces itself, and the page's live region does not repeat it.
      await expect(page.locator('[data-live="polite"]')).not.toContainText(/Approved|Denied/)
      await toast.getByRole('link', { name: /^View / }).click()
      await expect(page).toHaveURL(new RegExp(`/machines/${nodeName}$`))
      await expect(toast).toHaveCount(0)
      sandbox.world.delete('csrs', metadata.name)
    })
  }
})

test('View opens the request where it names no machine', async ({ page, quiet }) => {
  const { sandbox, app } = quiet
  const csr = fileIn(sandbox, { nodeName: 'a', name: 'csr-lone', commonNames: ['somebody'] })
  await openLive(page, app)
  await untilRow(page, 'csr-lone')
  await byKey(page, 'd')
  await deny(page)
  await page.getByRole('link', { name: 'View csr-lone' }).click()
  await expect(page).toHaveURL(new RegExp(`/requests/${csr.metadata.uid}$`))
})

test('three toasts are shown, more are counted, and a pointer keeps them', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const nodeName of names) fileIn(sandbox, { nodeName })
  await openLive(page, app)
  const toasts = page.getByRole('region', { name: 'Notifications' })
  for (const name of names) {
    await page.getByRole('button', { name: `Approve client for ${name}` }).click()
    await expect(toasts.getByRole('group', { name: `Approved client for ${name}` })).toBeVisible()
    await toasts.getByRole('group').first().hover()
  }
  await expect(toasts.getByRole('group')).toHaveCount(3)
  await expect(toasts).toContainText('and 2 more')
  await expectCleanInBothSchemes(page)
  await page.mouse.move(0, 0)
  await expect(toasts.getByRole('group')).toHaveCount(0)
})
