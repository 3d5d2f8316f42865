/** The readme's first command: it says where it is, and Ctrl-C leaves nothing of it. */
import { expect, expectDemo, expectNothingLeft, test } from '../fixtures/commands.ts'

test('npm run demo: its one line is the address, and Ctrl-C leaves nothing', async ({
  page,
  start,
}) => {
  const demo = start('demo')
  await expectDemo(page, demo)
  await page
    .getByRole('button', { name: 'Approve client for worker-07.rack2.example.com', exact: true })
    .click()
  await expect(page.locator('tr[data-key="worker-07.rack2.example.com"]')).toContainText(
    'Client issued',
  )
  await expectNothingLeft(page, demo)
})

test('npm run demo -- --speed: machines join while one looks, and Ctrl-C leaves nothing', async ({
  page,
  start,
}) => {
  // Two that start at once may both find the usual port free.
  const demo = start('demo', '--speed', '100', '--port', '0')
  await expectDemo(page, demo)
  // Its kubelet becomes Ready 280 s after the machine's start, and nobody waits that long here.
  await expect(
    page
      .getByRole('table', { name: 'Joined in the last hour' })
      .getByRole('link', { name: 'worker-06.rack2.example.com' }),
  ).toBeVisible()
  await expectNothingLeft(page, demo)
})
