/** The browser's state: a session that ends, and a person's preferences. */
import type { Page } from '@playwright/test'
import { requests } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { openLive, untilLive, untilRow } from '../fixtures/page.ts'
import { rawHttp } from '../fixtures/raw-http.ts'
import { expect, test } from '../fixtures/sandbox.ts'
import { conditionsIn, fileIn } from '../fixtures/sandbox-requests.ts'

const isSignedOut = (page: Page) =>
  expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible()
const userMenu = (page: Page) => page.getByRole('button', { name: /^Acting as / })

async function signOut(page: Page): Promise<void> {
  await userMenu(page).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
}

/** The server's answer to the sign-out that this page begins. */
const untilEndedAtServer = (page: Page) =>
  page.waitForResponse(
    (answer) => answer.request().method() === 'DELETE' && answer.url().endsWith('/api/session'),
  )

/** Stored data of this origin in the browser. */
const storedIn = (page: Page) =>
  page.evaluate(() => [localStorage, sessionStorage].map((storage) => Object.keys(storage)))

const streams = async (app: App) =>
  /^countersign_stream_clients (\d+)$/m.exec(await (await app.fetch('/metrics')).text())?.[1]

test('signing out ends the session in every tab and at the server, and empties the browser', async ({
  page,
  context,
  complaints,
  quiet: { sandbox, app },
}) => {
  fileIn(sandbox, { nodeName: 'worker-1' })
  await openLive(page, app)
  const other = await context.newPage()
  await other.goto(`${app.url}/requests`)
  await untilLive(other)
  await untilRow(other, 'worker-1')
  // Data in a dialog goes, too.
  await untilRow(page, 'worker-1')
  await page.keyboard.press('Shift+A')
  await expect(page.getByRole('dialog')).toContainText('worker-1')
  const kept = await page.evaluate(() => localStorage.getItem('countersign.session'))
  const { token } = JSON.parse(kept ?? '{}')
  // Data that is not ours, so that only the browser can have removed it.
  await page.evaluate(async () => {
    sessionStorage.setItem('mine', 'x')
    await (await caches.open('mine')).put('/mine', new Response('x'))
  })
  const deleted = untilEndedAtServer(other)

  await signOut(other)
  await isSignedOut(page)
  await isSignedOut(other)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  for (const one of [page, other]) {
    await expect(one.getByRole('main')).not.toContainText('worker-1')
    await expect(userMenu(one)).toHaveCount(0)
    await expect.poll(() => storedIn(one)).toEqual([[], []])
  }
  expect((await deleted).status()).toBe(204)
  await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([])
  const headers = { authorization: `Bearer ${token}` }
  expect((await app.fetch('/api/snapshot', { headers })).status).toBe(401)
  await expect.poll(() => streams(app)).toBe('0')
  // Only the key opens it again.
  await page.reload()
  await expect(page.getByText('this page has no key', { exact: false })).toBeVisible()
  await openLive(page, app)
  // The dialog may ask for its plan before its tab hears that the session has ended.
  for (const complaint of complaints.splice(0)) expect(complaint).toMatch(/ 401 .*\/api\/plans\//)
})

test('the user menu and the page after signing out pass axe, wide and on a phone, light and dark', async ({
  page,
  quiet: { app },
}) => {
  await openLive(page, app)
  await userMenu(page).click()
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible()
  await expectCleanAtAllSizes(page)
  await page.keyboard.press('Escape')
  // By keyboard alone.
  await userMenu(page).focus()
  await page.keyboard.press('Enter')
  await expect(page.locator('[role^="menuitem"]:focus')).toHaveCount(1)
  // The first item leads to the page about notifications.
  await page.keyboard.press('End')
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeFocused()
  await page.keyboard.press('Enter')
  await isSignedOut(page)
  await expectCleanAtAllSizes(page)
})

test('signing out in another tab ends the session’s bulk approval', async ({
  page,
  context,
  quiet: { sandbox, app },
}) => {
  const COUNT = 120
  const filed = Array.from({ length: COUNT }, (_, at) => fileIn(sandbox, { nodeName: `n-${at}` }))
  await expect.poll(async () => (await requests(app)).length).toBe(COUNT)
  await openLive(page, app)
  const { promise: until, resolve: answer } = Promise.withResolvers<void>()
  sandbox.failNext({ match: { method: 'PUT', path: /\/approval$/ }, times: COUNT, until })
  const other = await context.newPage()
  await other.goto(`${app.url}/nodes`)
  await untilLive(other)

  await page.bringToFront()
  await untilRow(page, 'n-0')
  await page.keyboard.press('Shift+A')
  const dialog = page.getByRole('dialog')
  await dialog
    .getByRole('checkbox', { name: /[Pp]lausible/ })
    .first()
    .click()
  await dialog.getByRole('button', { name: /^Approve \d+/ }).click()
  const logged = (event: string) =>
    app.lines.filter((line) => {
      return (
        line.includes(`"${event}"`) &&
        filed.some(({ metadata }) => line.includes(`${metadata.uid}`))
      )
    }).length
  const begun = () => logged('decision.begin')
  await expect.poll(begun).toBeGreaterThan(0)
  // Pages say that they are signed out before the server has ended the session.
  const ended = untilEndedAtServer(other)
  await signOut(other)
  await isSignedOut(page)
  await ended
  const before = begun()
  answer()
  await expect.poll(() => logged('decision.end')).toBe(before)
  expect(begun()).toBe(before)
  const approved = filed.filter((csr) => conditionsIn(sandbox, csr).length > 0).length
  expect(approved).toBeLessThan(COUNT / 2)
  await expect.poll(() => storedIn(page)).toEqual([[], []])

  await openLive(page, app)
  await expect(page.getByText(/cut off|go on/i)).toHaveCount(0)
})

// `preference-store.test.ts` has what outlives a start.
test('a setting of one tab applies in the others, and in the first paint of the next page', async ({
  page,
  context,
  quiet: { app },
}) => {
  await openLive(page, app)
  const other = await context.newPage()
  await other.goto(`${app.url}/nodes`)
  await untilLive(other)
  await other.getByRole('button', { name: 'Switch between light and dark' }).click()
  for (const one of [page, other]) {
    await expect(one.locator('html')).toHaveAttribute('data-theme', 'dark')
  }
  const { body } = await rawHttp(app.url, '/', { headers: { host: new URL(app.url).host } })
  expect(body).toMatch(/<html[^>]* data-theme="dark"/)
})
