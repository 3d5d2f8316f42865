import { expect, expectDemo, expectSilentEnd, test } from '../fixtures/commands.ts'

test('npm run demo -- --real: it prints its address, and Ctrl-C leaves nothing', async ({
  page,
  start,
}) => {
  // Two that start at once may both find the usual port free.
  const command = start('demo', '--real', '--port', '0')
  await expectDemo(page, command)
  // The signer is a real one.
  await page.getByRole('button', { name: 'Approve client for worker-1', exact: true }).click()
  await expect(page.locator('tr[data-key="worker-1"]')).toContainText('Client issued')

  await expectSilentEnd(page, command)
})
