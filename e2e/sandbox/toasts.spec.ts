/** The toast that each decision ends in, wherever it was made. */
import type { Page } from '@playwright/test'
import { expectCleanInBothSchemes } from '../fixtures/clean.ts'
import { openLive, untilRow } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

/** The requests table names the request. */
const APPROVED = /^Approved client for (a|csr-.*)$/
const DENIED = /^Denied client for (a|csr-.*)$/

async function deny(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /^Deny/ })
  await dialog.getByRole('button', { name: /^Deny/ }).click()
}

async function byKey(page: Page, key: string): Promise<void> {
  await untilRow(page, 'a')
  for (const one of ['j', key]) await page.keyboard.press(one)
}

const WAYS: readonly (readonly [way: string, path: string, act: (page: Page) => Promise<void>])[] =
  [
    [
      'a click on the board',
      '/',
      (page) => page.getByRole('button', { name: 'Approve client for a' }).click(),
    ],
    ['the key `a` on the board', '/', (page) => byKey(page, 'a')],
    ['the key `a` in the requests table', '/requests', (page) => byKey(page, 'a')],
    [
      'the key `d` on the board',
      '/',
      async (page) => {
        await byKey(page, 'd')
        await deny(page)
      },
    ],
    [
      'the key `d` in the requests table',
      '/requests',
      async (page) => {
        await byKey(page, 'd')
        await deny(page)
      },
    ],
  ]

for (const [way, path, act] of WAYS) {
  test(`a decision by ${way} ends in a toast whose View opens the machine`, async ({
    page,
    quiet,
  }) => {
    const { sandbox, app } = quiet
    fileIn(sandbox, { nodeName: 'a' })
    await openLive(page, app, path)
    await act(page)
    const toast = page.getByRole('group', { name: way.includes('`d`') ? DENIED : APPROVED })
    await expect(toast).toBeVisible()
    // The toast announces itself, and the page's live region does not repeat it.
    await expect(page.locator('[data-live="polite"]')).not.toContainText(/Approved|Denied/)
    await toast.getByRole('link', { name: /^View / }).click()
    await expect(page).toHaveURL(/\/machines\/a$/)
    await expect(toast).toHaveCount(0)
  })
}

test('View opens the request where it names no machine', async ({ page, quiet }) => {
  const { sandbox, app } = quiet
  const csr = fileIn(sandbox, { nodeName: 'a', name: 'csr-lone', commonNames: ['somebody'] })
  await openLive(page, app)
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
