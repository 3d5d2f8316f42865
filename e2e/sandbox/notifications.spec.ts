/** The page about notifications: the webhook without its secrets, tests of it, and this browser. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Page } from '@playwright/test'
import { post } from '../fixtures/api.ts'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { openLive, untilLive } from '../fixtures/page.ts'
import { expect, test as sandboxTest } from '../fixtures/sandbox.ts'
import { expectNoSecrets, rememberSecret } from '../fixtures/secrets.ts'

interface Receiver {
  /** Address with a secret in its path. */
  readonly url: string
  readonly messages: readonly { readonly event: string; readonly by?: string }[]
  /** Status of the next answers. */
  status: number
}

const test = sandboxTest.extend<{ receiver: Receiver }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it
  receiver: async ({}, use) => {
    const messages: { event: string; by?: string }[] = []
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        messages.push(JSON.parse(body))
        response.writeHead(receiver.status).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const path = randomBytes(16).toString('hex')
    rememberSecret('the path of the webhook', path)
    const receiver = { url: `http://127.0.0.1:${port}/${path}`, messages, status: 200 }
    await use(receiver)
    await new Promise((resolve) => server.close(resolve))
  },
})

const panel = (page: Page) => page.getByRole('region', { name: 'Webhook' })
const deliveries = (page: Page) => page.getByRole('table', { name: 'Deliveries' }).getByRole('row')

test('a person who may approve sends a test, sees that it was delivered, and never the path of the address', async ({
  page,
  cluster,
  open,
  receiver,
  complaints,
}) => {
  const { kubeconfigs } = await cluster()
  const env = { COUNTERSIGN_WEBHOOK_URL: receiver.url }
  const app = await open({ kubeconfig: kubeconfigs.approver, env })
  await openLive(page, app)
  await page.getByRole('button', { name: /^Acting as/ }).click()
  await page.getByRole('menuitem', { name: 'Notifications' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Notifications')
  await expect(panel(page)).toContainText(`${new URL(receiver.url).origin}/••••••`)
  await panel(page).getByRole('button', { name: 'Send a test' }).click()
  await expect(panel(page)).toContainText(/Delivered\s*200 in/)
  expect(receiver.messages).toMatchObject([{ event: 'test' }])
  await expect(deliveries(page).last()).toContainText('Delivered')
  // Pressed again at once.
  await panel(page).getByRole('button', { name: 'Send a test' }).click()
  await expect(page.getByText('Each person may send one every 10 seconds.').first()).toBeVisible()
  expect(receiver.messages).toHaveLength(1)
  expect(complaints.splice(0)).toEqual([expect.stringContaining('429')])
  await expectCleanAtAllSizes(page)
  expectNoSecrets('the page', await page.content())
  const answer = await (await app.fetch('/api/notifications')).text()
  expectNoSecrets('the answer', answer)
})

test('a message that was given up says why, and is sent again by a button', async ({
  page,
  cluster,
  open,
  receiver,
  complaints,
}) => {
  test.slow()
  receiver.status = 404
  const { kubeconfigs } = await cluster()
  const env = { COUNTERSIGN_WEBHOOK_URL: receiver.url }
  const app = await open({ kubeconfig: kubeconfigs.approver, env })
  expect((await post(app, '/api/notifications/test', {})).status).toBe(202)
  await page.goto(app.at('/notifications'))
  await expect(deliveries(page).last()).toContainText(/Given up\s*404, 1 try/)
  receiver.status = 200
  await expect(async () => {
    await page.getByRole('button', { name: /^Send again: Test/ }).click()
    await expect(deliveries(page).last()).toContainText('Delivered', { timeout: 3_000 })
  }).toPass()
  // A person may send one message in ten seconds, and the test has sent one just before.
  for (const complaint of complaints.splice(0)) expect(complaint).toContain('429')
})

test('a person who may only look has no button, and a sentence that says which right is missing', async ({
  page,
  cluster,
  open,
  receiver,
}) => {
  const { kubeconfigs } = await cluster()
  const env = { COUNTERSIGN_WEBHOOK_URL: receiver.url }
  const app = await open({ kubeconfig: kubeconfigs.viewer, env })
  await page.goto(app.at('/notifications'))
  await untilLive(page)
  await expect(panel(page)).toContainText('Sending a test takes the right to approve requests.')
  await expect(page.getByRole('button', { name: 'Send a test' })).toHaveCount(0)
  expect((await post(app, '/api/notifications/test', {})).status).toBe(403)
  expect(receiver.messages).toEqual([])
})

test('without a webhook the page names the settings to add', async ({ page, cluster, open }) => {
  const { kubeconfigs } = await cluster()
  const app = await open({ kubeconfig: kubeconfigs.approver })
  await page.goto(app.at('/notifications'))
  await expect(panel(page)).toContainText('No webhook is set')
  await expect(panel(page)).toContainText('COUNTERSIGN_WEBHOOK_URL=')
  await expect(page.getByRole('button', { name: 'Send a test' })).toHaveCount(0)
  await expect(page.getByRole('switch', { name: 'Notifications' })).toBeVisible()
  await expectCleanAtAllSizes(page)
})
