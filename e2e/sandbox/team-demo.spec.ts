/** `npm run demo -- --team`: people of the demo's cluster, each with their own rights. */
import type { Page } from '@playwright/test'
import { expect, expectSilentEnd, test } from '../fixtures/commands.ts'
import { untilLive, untilRow } from '../fixtures/page.ts'

const MACHINE = 'worker-07.rack2.example.com'

const demoNote = (page: Page) => page.getByRole('complementary', { name: 'Demo' })
const approval = (page: Page) =>
  page.getByRole('button', { name: `Approve client for ${MACHINE}`, exact: true })
const row = (page: Page) => page.locator(`tr[data-key="${MACHINE}"]`)

test('npm run demo -- --team: alice approves what bob beside her may only see, and carol sees nothing', async ({
  page,
  anotherContext,
  start,
}) => {
  const demo = start('demo', '--team', '--port', '0')
  const address = await demo.says(/^Open (http:\S+)$/)
  const signIn = async (as: Page, name: string) => {
    await as.goto(address)
    await expect(demoNote(as)).toContainText('This is a demo.')
    await as
      .getByLabel('Bearer token')
      .fill(await demo.says(new RegExp(`^ {2}${name} .* (token-of-${name}-\\S+)$`)))
    await as.getByRole('button', { name: 'Sign in with token' }).click()
  }
  const bobs = await (await anotherContext()).newPage()
  await signIn(bobs, 'bob')
  await untilLive(bobs)
  await untilRow(bobs, MACHINE)
  await expect(row(bobs)).toContainText('Client requested')
  await expect(approval(bobs)).toHaveAttribute('aria-disabled', 'true')

  const carols = await (await anotherContext()).newPage()
  await signIn(carols, 'carol')
  await expect(carols.getByRole('heading', { name: /^You may not see/ })).toBeVisible()
  await expect(demoNote(carols)).toBeVisible()
  await carols.close()

  await signIn(page, 'alice')
  await untilLive(page)
  await untilRow(page, MACHINE)
  await approval(page).click()
  // The machine goes on to further stages, and never back to this one.
  await expect(row(page)).not.toContainText('Client requested')
  await expect(row(bobs)).not.toContainText('Client requested')

  await page.getByRole('button', { name: /^Signed in as alice/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByText('You are signed out.')).toBeVisible()
  await expect(row(page)).toHaveCount(0)
  await expect(row(bobs)).toBeVisible()

  await bobs.close()
  await expectSilentEnd(page, demo)
})
