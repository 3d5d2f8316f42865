import { afterEach, expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { KUBELET_SERVING } from '#lib/csr/names.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import type { Language } from '#lib/messages/languages.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import { type Receiver, startReceiver } from '#lib/web/notify/fixtures/receiver.ts'
import { createWebhookDesk, type WebhookDesk } from '#lib/web/notify/webhook-desk.ts'

let receiver: Receiver
let desk: WebhookDesk
afterEach(async () => {
  desk.stop()
  await receiver.close()
})

type Sender = Parameters<WebhookDesk['test']>[0]
const person = (name: string, approval = true): Sender => ({
  viewer: { name, uid: name, mayApprove: () => approval },
  displayName: name,
  access: {
    approval,
    signers: { [KUBELET_SERVING]: approval },
    reviewedAt: '2026-11-24T12:00:00Z',
  },
})
const NO_RUNS = { list: () => [], takeCutOff: () => [] }
const [KIM, LEE, DAVE] = [person('kim'), person('lee'), person('dave', false)]

interface Opened {
  readonly status?: number
  readonly hasWebhook?: boolean
  readonly language?: Language
}

async function opened({ status = 200, hasWebhook = true, language = 'en' }: Opened = {}) {
  receiver = await startReceiver(() => ({ status }))
  const cluster = await liveCluster({})
  const log: object[] = []
  const setting = hasWebhook
    ? { url: receiver.url, format: 'json' as const, language, secretFile: null }
    : null
  desk = createWebhookDesk({
    ...{ setting, feed: cluster.feed, runs: NO_RUNS, trips: () => [] },
    ...{ clock: cluster.clock, ownClock: cluster.clock },
    onEnd() {},
    log: (entry) => log.push(entry),
  })
  await desk.begin('http://board.localhost:8430')
  return { log, clock: cluster.clock }
}

const refusedOf = (answer: ReturnType<WebhookDesk['test']>) =>
  'refused' in answer ? answer.refused : 'sent'

it('messages are worded in the language of the settings', async () => {
  await opened({ language: 'ja' })
  const { webhook } = desk.answer()
  expect(webhook?.language).toBe('ja')
  expect(JSON.parse(webhook?.example ?? '')).toMatchObject({
    event: 'machine.hour.15min',
    text: expect.stringMatching(/^[^a-z]*worker-07\.example\.com[^a-z]*$/),
  })
})

it('the answer has scheme and host of the address, and neither path nor secret', async () => {
  await opened()
  const { webhook } = desk.answer()
  expect(webhook).toMatchObject({
    origin: receiver.url.origin,
    format: 'json',
    language: 'en',
    isSigned: false,
    deliveries: [],
  })
  expect(JSON.stringify(webhook)).not.toContain('T02-secret')
  expect(JSON.parse(webhook?.example ?? '')).toMatchObject({ event: 'machine.hour.15min' })
})

it('a test is sent in the person’s name, and its outcome is shown', async () => {
  const { log } = await opened()
  expect(desk.test(KIM)).toEqual({ sent: true })
  const { body } = await receiver.message(1)
  expect(JSON.parse(body)).toMatchObject({
    event: 'test',
    by: 'kim',
    link: 'http://board.localhost:8430/notifications',
  })
  await until(() => desk.answer().webhook?.deliveries[0]?.state === 'delivered', 'the delivery')
  expect(desk.answer().webhook?.deliveries).toMatchObject([
    { event: 'test', name: 'kim', answer: 200 },
  ])
  expect(log).toEqual([{ event: 'webhook.tested', host: receiver.url.host, who: 'kim' }])
})

it('a person who may approve nothing sends no test', async () => {
  const { log } = await opened()
  expect(refusedOf(desk.test(DAVE))).toBe('mayNotApprove')
  expect(refusedOf(desk.sendAgain('any', DAVE))).toBe('mayNotApprove')
  expect([log, desk.answer().webhook?.deliveries]).toEqual([[], []])
})

it('one person’s message in ten seconds is sent, and one of all people in two', async () => {
  const { clock } = await opened()
  const delivered = (count: number) =>
    until(
      () =>
        desk.answer().webhook?.deliveries.filter((one) => one.state === 'delivered').length ===
        count,
      `${count} deliveries`,
    )
  expect(desk.test(KIM)).toEqual({ sent: true })
  await delivered(1)
  expect([desk.test(KIM), desk.test(LEE)].map(refusedOf)).toEqual(['slowDown', 'slowDown'])
  clock.advance(OF_PEOPLE.messages.ofOne)
  expect(desk.test(LEE)).toEqual({ sent: true })
  await delivered(2)
  expect(refusedOf(desk.test(LEE))).toBe('slowDown')
})

it('no test is sent while one waits, which may be tried again', async () => {
  const { clock } = await opened({ status: 503 })
  expect(desk.test(KIM)).toEqual({ sent: true })
  const latest = () => desk.answer().webhook?.deliveries[0]
  await until(() => latest()?.state === 'tryingAgain', 'the first answer')
  clock.advance(OF_PEOPLE.messages.ofOne)
  expect(desk.test(LEE)).toMatchObject({ refused: 'slowDown', why: [{ code: 'testWaits' }] })
  expect(desk.sendAgain(latest()?.id ?? '', LEE)).toEqual({ sent: true })
  await receiver.message(2)
})

it('a message that was given up can be sent again, and an unknown one cannot', async () => {
  const { clock, log } = await opened({ status: 404 })
  desk.test(KIM)
  const latest = () => desk.answer().webhook?.deliveries[0]
  await until(() => latest()?.state === 'givenUp', 'the end')
  clock.advance(OF_PEOPLE.messages.ofOne)
  const id = latest()?.id ?? ''
  expect(desk.sendAgain(id, KIM)).toEqual({ sent: true })
  await receiver.message(2)
  expect(log).toContainEqual(expect.objectContaining({ event: 'webhook.sentAgain', message: id }))
  clock.advance(OF_PEOPLE.messages.ofOne)
  expect(refusedOf(desk.sendAgain('another', KIM))).toBe('notFound')
})

it('no test can be sent without a webhook in the settings', async () => {
  await opened({ hasWebhook: false })
  expect([desk.answer(), refusedOf(desk.test(KIM)), desk.queued]).toEqual([
    ...[{ webhook: null }, 'notFound', 0],
  ])
})
