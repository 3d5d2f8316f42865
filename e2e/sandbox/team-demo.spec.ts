/** `npm run demo -- --team`: people of the demo's provider, each with their own rights. */
import type { Page } from '@playwright/test'
import { PROVIDER_NAME } from '#sandbox/openid/openid-provider.ts'
import { expect, expectSilentEnd, test } from '../fixtures/commands.ts'
import { untilLive, untilRow } from '../fixtures/page.ts'
import { signIn } from '../fixtures/team-app.ts'

const MACHINE = 'worker-07.rack2.example.com'

const demoNote = (page: Page) => page.getByRole('complementary', { name: 'Demo' })
const approval = (page: Page) =>
  page.getByRole('button', { name: `Approve client for ${MACHINE}`, exact: true })
const row = (page: Page) => page.locator(`tr[data-key="${MACHINE}"]`)

test('npm run demo -- --team: alice approves what bob beside her may only see, and carol sees nothing; Ctrl-C leaves nothing', async ({
  page,
  anotherContext,
  start,
}) => {
  const demo = start('demo', '--team', '--port', '0')
  const app = { url: await demo.says(/^Open (http:\S+)\/$/) }
  const bobs = await (await anotherContext()).newPage()
  await signIn(bobs, app, 'bob')
  await untilLive(bobs)
  await untilRow(bobs, MACHINE)
  await expect(row(bobs)).toContainText('Client requested')
  await expect(approval(bobs)).toHaveAttribute('aria-disabled', 'true')

  const carols = await (await anotherContext()).newPage()
  await carols.goto(app.url)
  await expect(demoNote(carols)).toContainText('This is a demo.')
  await carols.getByText('Use a token instead').click()
  await carols
    .getByLabel('Bearer token')
    .fill(await demo.says(/^ {2}carol .* (token-of-carol-\S+)$/))
  await carols.getByRole('button', { name: 'Sign in with token' }).click()
  await expect(carols.getByRole('heading', { name: /^You may not see/ })).toBeVisible()
  await expect(demoNote(carols)).toBeVisible()
  await carols.close()

  await signIn(page, app, 'alice')
  await untilLive(page)
  await untilRow(page, MACHINE)
  await approval(page).click()
  // The machine moves on to later stages, and never back to this one.
  await expect(row(page)).not.toContainText('Client requested')
  await expect(row(bobs)).not.toContainText('Client requested')

  await page.getByRole('button', { name: /^Signed in as alice/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByText('This is a demo: its people have no passwords.')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${app.url}/`)
  await page.getByRole('link', { name: `Continue with ${PROVIDER_NAME}` }).click()
  await expect(page.getByRole('button', { name: 'Sign in as bob' })).toBeVisible()
  await expect(row(bobs)).toBeVisible()

  await bobs.close()
  await expectSilentEnd(page, demo)
})
