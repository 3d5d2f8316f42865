/** A row under the mouse stays in place while the mouse is there, and no longer. */
import { expect, test } from '../fixtures/sandbox.ts'
import { fileIn } from '../fixtures/sandbox-requests.ts'

test('a row whose button was replaced under the pointer leaves once the pointer has left', async ({
  page,
  quiet: { sandbox, app },
}) => {
  const { metadata } = fileIn(sandbox, { nodeName: 'rack-1', name: 'csr-rack-1' })
  await page.goto(app.address)
  const row = page.locator('tr[data-key="rack-1"]')
  const button = row.getByRole('button', { name: /^Approve client/ })
  await button.hover()
  sandbox.world.delete('csrs', metadata.name)
  // The row keeps its place without a button.
  await expect(button).toHaveCount(0)
  await expect(row).toBeVisible()
  // In one step, like a quick hand: no element of the list gets a leave event.
  await page.mouse.move(0, 0)
  await expect(row).toHaveCount(0)
})
