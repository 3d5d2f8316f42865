import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'
import { type Receiver, startReceiver } from '#lib/web/notify/fixtures/receiver.ts'
import { createWebhook, type Webhook } from '#lib/web/notify/webhook.ts'
import { MOST_KEPT, MOST_TRIES } from '#lib/wire/notification-answers.ts'

const MOST_QUEUED = OF_PEOPLE.queuedMessages.inAll

const ABOUT = { event: 'machine.overdue', name: 'worker-1', count: 1 } as const

let clock: ManualClock
let receiver: Receiver
let webhook: Webhook | null
let log: string[]
let folder: string

beforeEach(() => {
  clock = manualClock()
  webhook = null
  log = []
  folder = mkdtempSync(join(tmpdir(), 'webhook-'))
})

afterEach(async () => {
  webhook?.stop()
  await receiver.close()
  rmSync(folder, { recursive: true })
})

async function send(
  bodies: readonly string[],
  answerTo?: Parameters<typeof startReceiver>[0],
  secretFile: string | null = null,
): Promise<Webhook> {
  receiver = await startReceiver(answerTo)
  const made = createWebhook({
    setting: { url: receiver.url, secretFile },
    clock,
    onEnd: (outcome) => log.push(outcome),
    onFailed: (why, tries) => log.push(`${why} after ${tries}`),
  })
  webhook = made
  for (const body of bodies) made.send(body, ABOUT)
  return made
}

/** Alarms of the clock are the time limit of a POST under way, or the wait for the next attempt. */
const untilWaits = (ms: number) =>
  until(() => clock.alarms.length === 1 && clock.alarms[0] === ms, `a wait of ${ms} ms`)
const untilEnded = (lines: number) => until(() => log.length === lines, `${lines} lines`)

it('messages are posted in order, each with an id and a time', async () => {
  await send(['{"n":1}', '{"n":2}'])
  await untilEnded(2)
  expect(log).toEqual(['delivered', 'delivered'])
  expect(receiver.received.map(({ body }) => body)).toEqual(['{"n":1}', '{"n":2}'])
  const [first, second] = receiver.received.map(({ headers }) => headers)
  expect(first?.['content-type']).toBe('application/json')
  expect(first?.['countersign-time']).toBe('1795521600')
  expect(first?.['countersign-id']).not.toBe(second?.['countersign-id'])
  expect(first?.['countersign-signature']).toBeUndefined()
})

it('time and body are signed, as docs/notifications.md verifies them', async () => {
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, 'k3y\n')
  await send(['{"n":"é"}'], undefined, secretFile)
  const { headers, body } = await receiver.message(1)
  const { createHmac, timingSafeEqual } = await import('node:crypto')
  const signed = createHmac('sha256', 'k3y').update(`${headers['countersign-time']}.${body}`)
  const given = Buffer.from(String(headers['countersign-signature']).slice('v1='.length), 'hex')
  expect(timingSafeEqual(signed.digest(), given)).toBe(true)
})

it('no message is sent while the secret cannot be read, and sending goes on when it can', async () => {
  const secretFile = join(folder, 'secret')
  await send(['{}'], undefined, secretFile)
  await untilWaits(15_000)
  expect(receiver.received).toEqual([])
  writeFileSync(secretFile, 'k3y')
  clock.advance(15_000)
  await untilEnded(1)
  expect([log, receiver.received.length]).toEqual([['delivered'], 1])
})

describe('an answer that is not a success', () => {
  it.each([500, 503, 408, 429])(
    'after the answer %i the message is tried again, each time after twice as long',
    async (status) => {
      await send(['{}'], (number) => ({ status: number < 3 ? status : 200 }))
      await untilWaits(15_000)
      clock.advance(15_000)
      await untilWaits(30_000)
      clock.advance(30_000)
      await untilEnded(1)
      expect(log).toEqual(['delivered'])
      const ids = receiver.received.map(({ headers }) => headers['countersign-id'])
      expect([ids.length, new Set(ids).size]).toEqual([3, 1])
    },
  )

  it.each([400, 401, 404, 410])(
    'after the answer %i the message is given up at once',
    async (status) => {
      await send(['{}'], () => ({ status }))
      await untilEnded(2)
      expect(log).toEqual([`status ${status} after 1`, 'failed'])
    },
  )

  it.each([301, 302, 303, 307, 308])('the redirect %i is not followed', async (status) => {
    await send(['{}'], () => ({ status, headers: { location: '/elsewhere' } }))
    await untilEnded(2)
    expect(log).toEqual([`status ${status} after 1`, 'failed'])
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks/T02-secret'])
  })

  it('the webhook waits as long as the receiver asks, and at most five minutes', async () => {
    const asked = ['7', '86400']
    await send(['{}'], (number) =>
      number > 2
        ? { status: 200 }
        : { status: 429, headers: { 'retry-after': asked[number - 1] ?? '' } },
    )
    await untilWaits(7_000)
    clock.advance(7_000)
    await untilWaits(300_000)
    expect(log).toEqual([])
  })

  it('after no answer for ten seconds the message is tried again', async () => {
    await send(['{}'], (number) => (number === 1 ? 'silent' : { status: 200 }))
    await receiver.message(1)
    clock.advance(10_000)
    await untilWaits(15_000)
    clock.advance(15_000)
    await untilEnded(1)
    expect(log).toEqual(['delivered'])
  })
})

describe('a message that the receiver keeps refusing', () => {
  const refused = '{"n":1}'
  const answerTo = (number: number) => ({
    status: receiver.received[number - 1]?.body === refused ? 503 : 200,
  })

  it('a message that the receiver keeps refusing holds up no other', async () => {
    const made = await send([refused, '{"n":2}'], answerTo)
    await untilEnded(1)
    made.send('{"n":3}', ABOUT)
    await untilEnded(2)
    expect([log, made.queued]).toEqual([['delivered', 'delivered'], 1])
  })

  it('a message is given up after eight attempts in half an hour, and the log does not have the address', async () => {
    await send([refused], answerTo)
    const passed = await untilGivenUp()
    expect(passed).toBe(15_000 * (2 ** (MOST_TRIES - 1) - 1))
    expect(log).toEqual([`status 503 after ${MOST_TRIES}`, 'failed'])
    expect(log.join()).not.toContain('secret')
  })
})

/** Advances the clock from wait to wait; returns the milliseconds in total. */
async function untilGivenUp(): Promise<number> {
  let passed = 0
  while (log.length === 0) {
    const isAnswered = () => clock.alarms.length === 1 && clock.alarms[0] !== 10_000
    await until(() => log.length > 0 || isAnswered(), 'the next wait')
    const [wait = 0] = clock.alarms
    passed += wait
    clock.advance(wait)
  }
  return passed
}

describe('the list of deliveries', () => {
  const states = (made: Webhook) =>
    made.deliveries(0).map(({ state, tries, answer }) => `${state} ${tries} ${answer}`)

  it('the list of deliveries has the outcome of each message, and the time of the next attempt', async () => {
    const made = await send(['{}'], (number) => ({ status: number === 1 ? 503 : 204 }))
    expect(states(made)).toEqual(['queued 1 null'])
    await untilWaits(15_000)
    const now = Date.parse('2026-12-01T12:00:00Z')
    expect(made.deliveries(now)).toEqual([
      {
        ...ABOUT,
        id: receiver.received[0]?.headers['countersign-id'],
        at: '2026-12-01T12:00:00.000Z',
        state: 'tryingAgain',
        tries: 1,
        answer: 503,
        tookMs: 0,
        nextAt: '2026-12-01T12:00:15.000Z',
      },
    ])
    clock.advance(15_000)
    await untilEnded(1)
    expect(states(made)).toEqual(['delivered 2 204'])
  })

  it('the list of deliveries has the last fifty, newest first', async () => {
    const made = await send(Array.from({ length: MOST_KEPT + 3 }, (_, n) => `{"n":${n}}`))
    made.send('{}', { ...ABOUT, name: 'latest' })
    expect(made.deliveries(0)).toHaveLength(MOST_KEPT)
    expect(made.deliveries(0)[0]?.name).toBe('latest')
  })

  it('the list of deliveries has no address, no body and no signature', async () => {
    const secretFile = join(folder, 'secret')
    writeFileSync(secretFile, 'k3y')
    const made = await send(['{"body":1}'], () => ({ status: 400 }), secretFile)
    await untilEnded(2)
    expect(JSON.stringify(made.deliveries(0))).not.toMatch(/k3y|T02-secret|body|v1=/)
  })
})

describe('a message sent again', () => {
  const idOf = (made: Webhook) => made.deliveries(0)[0]?.id ?? ''

  it('a waiting message that is sent again is tried at once, as its next attempt', async () => {
    const made = await send(['{}'], (number) => ({ status: number === 1 ? 503 : 200 }))
    await untilWaits(15_000)
    expect(made.barred(idOf(made))).toBeNull()
    made.sendAgain(idOf(made))
    await untilEnded(1)
    expect(receiver.received).toHaveLength(2)
    clock.advance(15_000)
    expect([made.deliveries(0)[0]?.tries, receiver.received.length]).toEqual([2, 2])
  })

  it('a message that was given up has all its attempts again, under the same id', async () => {
    const made = await send(['{}'], (number) => ({ status: number === 1 ? 404 : 200 }))
    await untilEnded(2)
    expect(made.barred(idOf(made))).toBeNull()
    made.sendAgain(idOf(made))
    await untilEnded(3)
    expect(made.deliveries(0)[0]).toMatchObject({ state: 'delivered', tries: 1 })
    const ids = receiver.received.map(({ headers }) => headers['countersign-id'])
    expect([ids.length, new Set(ids).size]).toEqual([2, 1])
  })

  it('a delivered or unknown message cannot be sent again', async () => {
    const made = await send(['{}'])
    await untilEnded(1)
    const barred = [idOf(made), 'another'].map(made.barred)
    expect(barred).toEqual(['deliveryGone', 'deliveryGone'])
    for (const id of [idOf(made), 'another']) made.sendAgain(id)
    expect(receiver.received).toHaveLength(1)
  })

  it('a message cannot be sent again where a hundred others wait, unless it is one of them', async () => {
    const made = await send([], (number) => ({ status: number === MOST_QUEUED ? 404 : 503 }))
    for (let n = 1; n < MOST_QUEUED; n += 1) made.send('{}', ABOUT)
    made.send('{}', ABOUT)
    await untilEnded(2)
    const givenUp = idOf(made)
    expect([made.barred(givenUp), made.barred(null)]).toEqual([null, null])
    made.send('{}', ABOUT)
    expect([made.barred(givenUp), made.barred(null)]).toEqual(['queueFull', 'queueFull'])
    expect(made.barred(idOf(made))).toBeNull()
    made.sendAgain(givenUp)
    expect([made.queued, log.length]).toEqual([MOST_QUEUED, 2])
  })
})

const TEST = { event: 'test', name: 'kim', count: 1 } as const
const ALARM = { event: 'request.approvedAgainst', name: 'csr-1', count: 1 } as const

it('no test can be sent while another test waits, also one that was sent again', async () => {
  const made = await send([], (number) => (number === 1 ? { status: 404 } : 'silent'))
  made.send('{}', TEST)
  const id = made.deliveries(0)[0]?.id ?? ''
  expect([made.barred(null), made.barred(id)]).toEqual(['testWaits', null])
  await untilEnded(2)
  expect([made.barred(null), made.barred(id)]).toEqual([null, null])
  made.send('{}', TEST)
  expect([made.barred(null), made.barred(id)]).toEqual(['testWaits', 'testWaits'])
})

it('a queue of more than a hundred messages drops a test first and an alarm last', async () => {
  const made = await send([], () => 'silent')
  made.send('{}', ALARM)
  made.send('{}', ABOUT)
  made.send('{}', TEST)
  for (let n = 3; n < MOST_QUEUED; n += 1) made.send('{}', ALARM)
  const dropped = () => made.deliveries(0).find(({ answer }) => answer === 'queueFull')?.event
  made.send('{}', ALARM)
  made.send('{}', ALARM)
  expect([made.queued, log]).toEqual([
    ...[MOST_QUEUED, ['queueFull after 0', 'dropped', 'queueFull after 0', 'dropped']],
  ])
  // Only alarms wait, so the new message itself is dropped.
  made.send('{}', ABOUT)
  expect([made.queued, dropped()]).toEqual([MOST_QUEUED, ABOUT.event])
  made.send('{}', ALARM)
  expect(log.slice(-2)).toEqual(['queueFull after 1', 'dropped'])
})

it('a queue of more than a hundred messages of one kind drops the oldest', async () => {
  const bodies = Array.from({ length: MOST_QUEUED + 2 }, (_, n) => `{"n":${n}}`)
  const made = await send(bodies, () => 'silent')
  expect(made.queued).toBe(MOST_QUEUED)
  expect(log).toEqual(['queueFull after 1', 'dropped', 'queueFull after 0', 'dropped'])
})

it('the list has an error’s code, never its text', async () => {
  const made = await send([])
  await receiver.close()
  made.send('{}', ABOUT)
  await untilGivenUp()
  expect(log).toEqual([expect.stringMatching(/^ECONNREFUSED after \d+$/), 'failed'])
  receiver = await startReceiver()
})

it('the webhook can be stopped during a POST', async () => {
  const made = await send(['{}', '{}'], () => 'silent')
  await receiver.message(1)
  made.stop()
  made.send('{}', ABOUT)
  await until(() => clock.alarms.length === 0, 'the end of the POST')
  expect([log, receiver.received.length]).toEqual([[], 1])
})
