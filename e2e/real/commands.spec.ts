/**
 * Commands that start a control plane: they print its address, and Ctrl-C leaves nothing behind.
 */
import { existsSync } from 'node:fs'
import { expect, expectDemo, expectSilentEnd, test } from '../fixtures/commands.ts'
import { kubeClient } from '../fixtures/kube-client.ts'
import { listUids } from '../fixtures/real-requests.ts'

test('npm run cluster: machines file requests on a control plane that is gone after Ctrl-C', async ({
  start,
}) => {
  const command = start('cluster', '--kubelets', '0', '--machines', '2')
  const admin = await command.says(/^ {2}admin +(.+)$/)
  await command.says(/^(Ctrl-C takes it down)/)
  const kube = kubeClient(admin)
  await expect.poll(async () => (await listUids(kube)).length).toBe(2)
  await kube.close()

  const ended = await command.interrupt()
  expect(ended.said.trim()).toBe('stopping the cluster')
  await expect.poll(ended.left).toEqual([])
  expect(existsSync(admin)).toBe(false)
})

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
