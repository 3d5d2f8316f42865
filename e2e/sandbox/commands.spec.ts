/** The readme's commands: they print their address, and leave nothing behind. */
import { existsSync } from 'node:fs'
import { startSandbox } from '#sandbox/sandbox.ts'
import { expect, expectDemo, expectNothingLeft, test } from '../fixtures/commands.ts'

// `team-demo.spec.ts` has the end by Ctrl-C, `team-abuse.spec.ts` by closing the terminal.
test('npm run demo: it shows that it starts, then its address and kubeconfig, and SIGTERM to npm itself leaves nothing', async ({
  page,
  start,
}) => {
  const demo = start('demo')
  await expectDemo(page, demo)
  const kubeconfig = await demo.says(/^For kubectl: export KUBECONFIG=(\S+)$/)
  expect(existsSync(kubeconfig)).toBe(true)
  await expect
    .poll(() => demo.remarks)
    .toMatch(
      /^Starting a cluster and the app \.+\n(If your browser|This machine) .+\nStarted in .+\n$/,
    )
  await page
    .getByRole('button', { name: 'Approve client for worker-07.rack2.example.com', exact: true })
    .click()
  await expect(page.locator('tr[data-key="worker-07.rack2.example.com"]')).toContainText(
    'Client issued',
  )
  // Closed before its server stops, which would log an error.
  await page.close()
  await expectNothingLeft(demo, demo.terminate)
})

test('npm start: SIGTERM to npm itself ends the dashboard', async ({ start }) => {
  const { kubeconfigs, stop } = await startSandbox()
  const options = ['--kubeconfig', kubeconfigs.admin, '--port', '0', '--host', '127.0.0.1']
  const dashboard = start('start', ...options)
  const address = await dashboard.says(/^Countersign is at (http:[^#]+)/)
  const { left } = await dashboard.terminate()
  await expect.poll(left).toEqual([])
  await expect(fetch(address)).rejects.toThrow()
  await stop()
})
