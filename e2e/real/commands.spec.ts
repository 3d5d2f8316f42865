/** The commands that start a control plane: they say where it is, and Ctrl-C leaves nothing of them. */
import { existsSync } from 'node:fs'
import { type Command, npmRun } from '../fixtures/command.ts'
import { kubeClient } from '../fixtures/kube-client.ts'
import { expect, test as pageTest } from '../fixtures/page.ts'
import { listUids } from '../fixtures/real-requests.ts'

const test = pageTest.extend<{ start: typeof npmRun }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  start: async ({}, use) => {
    const commands: Command[] = []
    await use((...args) => {
      const command = npmRun(...args)
      commands.push(command)
      return command
    })
    for (const command of commands) command.kill()
  },
})

test('npm run cluster: machines ask on a control plane that is nowhere after Ctrl-C', async ({
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

test('npm run demo -- --real: its one line is the address, and Ctrl-C leaves nothing', async ({
  page,
  start,
}) => {
  const command = start('demo', '--real')
  await page.goto(await command.says(/^Open (http:\S+)$/))
  await expect(page.getByText('Live', { exact: true })).toBeVisible()
  await expect(page.getByRole('complementary', { name: 'Demo' })).toContainText(
    'This is a demo. Its cluster came with it and ends with it',
  )
  // The signer is a real one.
  await page.getByRole('button', { name: 'Approve client for worker-1', exact: true }).click()
  await expect(page.locator('tr[data-key="worker-1"]')).toContainText('Client issued')

  // Before its server goes away, which would be an error on the console.
  await page.close()
  const ended = await command.interrupt()
  expect(ended.said).toBe('')
  await expect.poll(ended.left).toEqual([])
})
