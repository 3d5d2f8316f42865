/**
 * The webhook's tests and its secrets. `notifications-page.test.tsx` has the page's other states, and
 * `webhook-desk.test.ts` what a person may send.
 */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Page } from '@playwright/test'
import { expectCleanAtAllSizes } from '../fixtures/clean.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test as sandboxTest } from '../fixtures/sandbox.ts'
import { expectNoSecrets, rememberSecret } from '../fixtures/secrets.ts'

interface Receiver {
  /** Address with a secret in its path. */
  readonly url: string
  readonly messages: readonly { readonly event: string; readonly by?: string }[]
}

const test = sandboxTest.extend<{ receiver: Receiver }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants it
  receiver: async ({}, use) => {
    const messages: { event: string; by?: string }[] = []
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        messages.push(JSON.parse(body))
        response.writeHead(200).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const path = randomBytes(16).toString('hex')
    rememberSecret('the path of the webhook', path)
    await use({ url: `http://127.0.0.1:${port}/${path}`, messages })
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
