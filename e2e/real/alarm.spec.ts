/** A refused request without a machine, approved with the cluster's own kubectl. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { post, snapshot, untilListed } from '../fixtures/api.ts'
import type { App } from '../fixtures/app.ts'
import { csrPath } from '../fixtures/kube-client.ts'
import { openLive } from '../fixtures/page.ts'
import { expect, test } from '../fixtures/real.ts'
import { fileOn, removeRequests } from '../fixtures/real-requests.ts'

interface Message {
  readonly event: string
  readonly requests?: readonly { readonly uid: string; readonly verdict?: string }[]
}

/** A receiver of webhooks on loopback. */
async function startReceiver() {
  const messages: Message[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      messages.push(JSON.parse(body))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise((resolve) => server.close(resolve))
  return { url: `http://127.0.0.1:${port}/hook`, messages, close }
}

async function gaugeOf(app: App, kind: string): Promise<string | undefined> {
  const metrics = await (await app.fetch('/metrics')).text()
  return new RegExp(`^countersign_certificate_alarms\\{kind="${kind}"\\} (.+)$`, 'm').exec(
    metrics,
  )?.[1]
}

const alarmsOf = async (app: App) =>
  (await snapshot(app)).alarms.map(({ kind, uid, machine }) => ({ kind, uid, machine }))

test.beforeEach(({ kube }) => removeRequests(kube))
test.afterAll(({ kube }) => removeRequests(kube))

test('two common names approved with kubectl raise an alarm: on the board, on Activity, by webhook and metric, and again after a restart', async ({
  page,
  cluster,
  kube,
  open,
}) => {
  const receiver = await startReceiver()
  const options = {
    kubeconfig: cluster.kubeconfigs.approver,
    env: {
      COUNTERSIGN_RECORD: `sqlite:${test.info().outputPath('record.sqlite')}`,
      COUNTERSIGN_WEBHOOK_URL: receiver.url,
    },
  }
  const first = await open(options)
  const commonNames = ['system:node:worker-1', 'system:node:control-plane-0']
  const filed = await fileOn(kube, { nodeName: 'worker-1', name: 'csr-two-names', commonNames })
  const { name, uid } = filed.metadata
  await untilListed(first, uid, ({ verdict }) => verdict === 'refused')
  expect(await gaugeOf(first, 'approvedAgainst')).toBe('0')

  await cluster.kubectl(['certificate', 'approve', name])
  await untilListed(first, uid, ({ status }) => status === 'Approved,Issued')
  const against = { kind: 'approvedAgainst', uid, machine: null }
  // The signer uses one of the two names, so the certificate also differs from the request.
  const issued = { kind: 'issuedOtherwise', uid, machine: null }
  await expect.poll(() => alarmsOf(first)).toEqual([against, issued])
  for (const kind of ['approvedAgainst', 'issuedOtherwise']) {
    expect(await gaugeOf(first, kind)).toBe('1')
  }
  const messagesOf = (event: string) =>
    receiver.messages.filter((message) => message.event === event)
  await expect.poll(() => messagesOf('request.approvedAgainst').length).toBe(1)
  const [message] = messagesOf('request.approvedAgainst')
  expect(message?.requests).toEqual([expect.objectContaining({ uid, verdict: 'refused' })])
  await expect.poll(() => messagesOf('request.alarm').length).toBe(1)

  // The cluster deletes it an hour after the decision.
  await kube.call('DELETE', csrPath(name))
  await expect.poll(async () => (await (await first.fetch('/api/requests')).json()).total).toBe(0)
  const rows = page.getByRole('table', { name: 'Alarms' }).getByRole('row', { name })
  await openLive(page, first)
  await expect(rows).toHaveCount(2)
  await page.keyboard.type('ga')
  const sticky = page.getByRole('region', { name: 'Alarms' })
  await expect(sticky).toContainText('Approved although refused')
  await page.goto('about:blank')
  await first.stop()

  const second = await open(options)
  await expect.poll(async () => (await alarmsOf(second)).length).toBe(2)
  expect(await gaugeOf(second, 'approvedAgainst')).toBe('1')
  await openLive(page, second)
  await expect(rows.filter({ hasText: 'Approved although refused' })).toHaveCount(1)
  await rows
    .filter({ hasText: 'Approved although refused' })
    .getByRole('link', { name: `Review ${name}` })
    .click()
  await expect(page).toHaveURL(new RegExp(`/requests/${uid}$`))
  await expect(page.getByRole('region', { name: 'What was recorded' })).toContainText(
    'Approved although refused',
  )
  for (const kind of ['approvedAgainst', 'issuedOtherwise']) {
    const answer = await post(second, '/api/alarms/dismiss', { uid, kind })
    expect(await answer.json()).toEqual({ dismissed: true })
  }
  await expect(page.getByRole('main').getByRole('alert')).toHaveCount(0)
  await expect(page.getByText('marked its alarm as seen')).toHaveCount(2)
  await page.goto('about:blank')
  await second.stop()

  const third = await open(options)
  // The record is read once the cluster is live: a new request is recorded after that.
  await fileOn(kube, { nodeName: 'worker-2', name: 'csr-later' })
  await expect
    .poll(async () => await third.fetch('/api/activity/record').then((all) => all.text()))
    .toContain('csr-later')
  expect(await alarmsOf(third)).toEqual([])
  expect(await gaugeOf(third, 'approvedAgainst')).toBe('0')
  await receiver.close()
})
