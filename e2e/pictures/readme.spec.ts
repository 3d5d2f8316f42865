/**
 * `npm run pictures`: draws the readme's pictures anew. It checks nothing, so `npm test` leaves it
 * out.
 */
import { fileURLToPath } from 'node:url'
import { expect, test } from '../fixtures/sandbox.ts'

test('the machines that wait', async ({ page, app }) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(app.address)
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await page.getByRole('table', { name: 'Machines waiting for you' }).waitFor()
  await page.mouse.move(0, 0)
  const path = fileURLToPath(new URL('../../docs/pictures/machines.png', import.meta.url))
  await page.screenshot({ path })
})
