/** The readme's commands: they print their address, and leave nothing behind. */
import { existsSync } from 'node:fs'
import { startSandbox } from '#sandbox/sandbox.ts'
import {
  expect,
  expectDemo,
  expectNothingLeft,
  expectSilentEnd,
  test,
} from '../fixtures/commands.ts'

test('npm run demo: it shows that it starts, then its address and kubeconfig, and Ctrl-C leaves nothing', async ({
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
  await expectSilentEnd(page, demo)
})

test('npm run demo: SIGTERM to npm itself leaves nothing', async ({ start }) => {
  const demo = start('demo', '--port', '0')
  await demo.says(/^(Open http:)/)
  await expectNothingLeft(demo, demo.terminate)
})

test('npm run demo: closing its terminal leaves nothing', async ({ start }) => {
  const demo = start('demo', '--port', '0')
  await demo.says(/^(Open http:)/)
  await expectNothingLeft(demo, demo.hangUp)
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
