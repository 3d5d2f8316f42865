/** What a mouse stands on stays where it is, and no longer than the mouse stands there. */
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

test('a row whose button was replaced under the pointer leaves once the pointer has', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const { metadata } = fileIn(sandbox, { nodeName: 'rack-1', name: 'csr-rack-1' })
  await page.goto(app.address)
  const row = page.locator('tr[data-key="rack-1"]')
  const button = row.getByRole('button', { name: /^Approve client/ })
  await button.hover()
  sandbox.world.delete('csrs', metadata.name)
  // It holds its place, without anything to press: what the pointer stood on is gone.
  await expect(button).toHaveCount(0)
  await expect(row).toBeVisible()
  // In one step, as a quick hand does: nothing of the list says that the pointer left it.
  await page.mouse.move(0, 0)
  await expect(row).toHaveCount(0)
})
