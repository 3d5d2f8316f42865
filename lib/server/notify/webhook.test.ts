import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { type Receiver, startReceiver } from '#lib/server/notify/fixtures/receiver.ts'
import {
  createWebhook,
  MOST_AGE_MS,
  MOST_QUEUED,
  type Webhook,
} from '#lib/server/notify/webhook.ts'

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
    setting: { url: receiver.url, format: 'json', secretFile },
    clock,
    onEnd: (outcome) => log.push(outcome),
    onFailed: (why, tries) => log.push(`${why} after ${tries}`),
  })
  webhook = made
  for (const body of bodies) made.send(body)
  return made
}

/** Alarms are the answer's time limit while a POST is under way, else the wait for the next. */
const untilWaits = (ms: number) =>
  until(() => clock.alarms.length === 1 && clock.alarms[0] === ms, `a wait of ${ms} ms`)
const untilEnded = (lines: number) => until(() => log.length === lines, `${lines} lines`)

it('posts the messages in their order, each with an id and a time', async () => {
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

it('signs time and body, as docs/notifications.md verifies it', async () => {
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, 'k3y\n')
  await send(['{"n":"é"}'], undefined, secretFile)
  const { headers, body } = await receiver.message(1)
  const { createHmac, timingSafeEqual } = await import('node:crypto')
  const signed = createHmac('sha256', 'k3y').update(`${headers['countersign-time']}.${body}`)
  const given = Buffer.from(String(headers['countersign-signature']).slice('v1='.length), 'hex')
  expect(timingSafeEqual(signed.digest(), given)).toBe(true)
})

it('sends nothing unsigned while the secret cannot be read, and goes on when it can', async () => {
  const secretFile = join(folder, 'secret')
  await send(['{}'], undefined, secretFile)
  await untilWaits(2_000)
  expect(receiver.received).toEqual([])
  writeFileSync(secretFile, 'k3y')
  clock.advance(2_000)
  await untilEnded(1)
  expect([log, receiver.received.length]).toEqual([['delivered'], 1])
})

describe('an answer that is not a success', () => {
  it.each([500, 503, 408, 429])(
    '%i: tries again, each time after twice as long',
    async (status) => {
      await send(['{}'], (number) => ({ status: number < 3 ? status : 200 }))
      await untilWaits(2_000)
      clock.advance(2_000)
      await untilWaits(4_000)
      clock.advance(4_000)
      await untilEnded(1)
      expect(log).toEqual(['delivered'])
      const ids = receiver.received.map(({ headers }) => headers['countersign-id'])
      expect([ids.length, new Set(ids).size]).toEqual([3, 1])
    },
  )

  it.each([400, 401, 404, 410])('%i: gives up at once', async (status) => {
    await send(['{}'], () => ({ status }))
    await untilEnded(2)
    expect(log).toEqual([`status ${status} after 1`, 'failed'])
  })

  it.each([301, 302, 303, 307, 308])('%i: is not followed', async (status) => {
    await send(['{}'], () => ({ status, headers: { location: '/elsewhere' } }))
    await untilEnded(2)
    expect(log).toEqual([`status ${status} after 1`, 'failed'])
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks/T02-secret'])
  })

  it('waits as long as the receiver asks, and five minutes at most', async () => {
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

  it('no answer for ten seconds: tries again', async () => {
    await send(['{}'], (number) => (number === 1 ? 'silent' : { status: 200 }))
    await receiver.message(1)
    clock.advance(10_000)
    await untilWaits(2_000)
    clock.advance(2_000)
    await untilEnded(1)
    expect(log).toEqual(['delivered'])
  })
})

describe('a message that the receiver keeps refusing', () => {
  const refused = '{"n":1}'
  const answerTo = (number: number) => ({
    status: receiver.received[number - 1]?.body === refused ? 503 : 200,
  })

  it('holds up no other', async () => {
    const made = await send([refused, '{"n":2}'], answerTo)
    await untilEnded(1)
    made.send('{"n":3}')
    await untilEnded(2)
    expect([log, made.queued]).toEqual([['delivered', 'delivered'], 1])
  })

  it('is given up after half an hour, and the log does not have the address', async () => {
    await send([refused], answerTo)
    let passed = 0
    while (log.length === 0) {
      const isAnswered = () => clock.alarms.length === 1 && clock.alarms[0] !== 10_000
      await until(() => log.length > 0 || isAnswered(), 'the next wait')
      const [wait = 0] = clock.alarms
      passed += wait
      clock.advance(wait)
    }
    expect(passed).toBeGreaterThan(MOST_AGE_MS / 2)
    expect(passed).toBeLessThanOrEqual(MOST_AGE_MS)
    expect(log).toEqual([expect.stringMatching(/^status 503 after \d+$/), 'failed'])
    expect(log.join()).not.toContain('secret')
  })
})

it('drops the oldest beyond a hundred', async () => {
  const bodies = Array.from({ length: MOST_QUEUED + 2 }, (_, n) => `{"n":${n}}`)
  const made = await send(bodies, () => 'silent')
  expect(made.queued).toBe(MOST_QUEUED)
  expect(log).toEqual(['queueFull after 1', 'dropped', 'queueFull after 0', 'dropped'])
})

it('says an error’s code, never its text', async () => {
  const made = await send([])
  await receiver.close()
  made.send('{}')
  for (let wait = 2_000; !log.includes('failed'); wait = Math.min(2 * wait, 300_000)) {
    await until(() => log.includes('failed') || clock.alarms[0] === wait, 'the next wait')
    clock.advance(wait)
  }
  expect(log).toEqual([expect.stringMatching(/^ECONNREFUSED after \d+$/), 'failed'])
  receiver = await startReceiver()
})

it('stops in the middle of a POST', async () => {
  const made = await send(['{}', '{}'], () => 'silent')
  await receiver.message(1)
  made.stop()
  made.send('{}')
  await until(() => clock.alarms.length === 0, 'the end of the POST')
  expect([log, receiver.received.length]).toEqual([[], 1])
})
