/**
 * `npm run pictures`: draws the readme's pictures anew. It checks nothing, so `npm test` leaves it
 * out.
 */
import { fileURLToPath } from 'node:url'
import { en } from '#lib/messages/en.ts'
import { ja } from '#lib/messages/ja.ts'
import { expect, test } from '../fixtures/sandbox.ts'

const WIDE = { width: 1440, height: 900 }

for (const [language, catalogue, file] of [
  ['en-GB', en, 'machines'],
  ['ja-JP', ja, 'machines-ja'],
] as const) {
  test(`the machines that wait, in ${language}`, async ({ anotherContext, app }) => {
    const context = await anotherContext({ locale: language, viewport: WIDE })
    const page = await context.newPage()
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await page.goto(app.address)
    const { connection } = catalogue.shell
    await expect(page.getByText(connection.live, { exact: true })).toBeVisible()
    await page.locator('tr[data-key]').first().waitFor()
    await page.mouse.move(0, 0)
    const path = fileURLToPath(new URL(`../../docs/pictures/${file}.png`, import.meta.url))
    await page.screenshot({ path })
  })
}
