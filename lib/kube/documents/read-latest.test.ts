import { beforeEach, describe, expect, it } from 'vitest'
import { type LatestReading, readLatest } from '#lib/kube/documents/read-latest.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'

type Reading = { readonly says: string } | { readonly bad: string } | { readonly failed: true }

const MINUTE = 60_000
let clock: ManualClock
/** Each text that was begun, oldest first; the test says what its reading comes to, and when. */
let begun: {
  readonly text: string
  readonly signal: AbortSignal
  readonly end: (r: Reading) => void
}[]
let told: Reading[]
let latest: LatestReading

beforeEach(() => {
  clock = manualClock()
  begun = []
  told = []
  latest = readLatest<Reading>({
    read(text, signal) {
      const { promise, resolve } = Promise.withResolvers<Reading>()
      begun.push({ text, signal, end: resolve })
      return promise
    },
    onReading: (reading) => told.push(reading),
    clock,
  })
})

const texts = () => begun.map(({ text }) => text)

/** Ends the reading that was begun last, and waits until it has been told. */
async function end(reading: Reading): Promise<void> {
  begun.at(-1)?.end(reading)
  await latest.settled()
}

it('tells what a text says', async () => {
  latest.show('one')
  expect(told).toEqual([])
  await end({ says: 'one' })
  expect(told).toEqual([{ says: 'one' }])
  expect(clock.alarms).toEqual([])
})

it('reads nothing while there is no text', async () => {
  latest.show(null)
  await latest.settled()
  expect([begun, told, clock.alarms]).toEqual([[], [], []])
})

describe('the latest text wins', () => {
  it.each<[string, (first: Reading, second: Reading) => Promise<void>]>([
    [
      'when the older reading ends first',
      async (first, second) => {
        begun[0]?.end(first)
        await end(second)
      },
    ],
    [
      'when it ends last',
      async (first, second) => {
        await end(second)
        begun[0]?.end(first)
      },
    ],
    [
      'when it ends last, and failed',
      async (_first, second) => {
        await end(second)
        begun[0]?.end({ failed: true })
      },
    ],
  ])('%s', async (_case, inOrder) => {
    latest.show('one')
    latest.show('two')
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false])
    await inOrder({ says: 'one' }, { says: 'two' })
    await latest.settled()
    expect(told).toEqual([{ says: 'two' }])
    expect(clock.alarms).toEqual([])
  })

  it('also over one that waits to be tried again', async () => {
    latest.show('one')
    await end({ failed: true })
    latest.show('two')
    await end({ says: 'two' })
    clock.advance(60 * MINUTE)
    expect(texts()).toEqual(['one', 'two'])
  })

  it('and when it went away, nothing does', async () => {
    latest.show('one')
    latest.show(null)
    await end({ says: 'one' })
    expect(told).toEqual([])
  })
})

describe('a text that is the same', () => {
  it.each<[string, Reading]>([
    ['good', { says: 'one' }],
    ['bad', { bad: 'one' }],
  ])('and %s is told again and never read again', async (_case, reading) => {
    latest.show('one')
    await end(reading)
    latest.show(null)
    latest.show('one')
    await latest.settled()
    clock.advance(60 * MINUTE)
    expect(texts()).toEqual(['one'])
    expect(told).toEqual([reading, reading])
  })

  it('is read again when there was another meanwhile', async () => {
    for (const text of ['one', 'two', 'one']) {
      latest.show(text)
      await end({ says: text })
    }
    expect(texts()).toEqual(['one', 'two', 'one'])
  })
})

describe('a reading that failed', () => {
  it('is told, and tried again after 30 s', async () => {
    latest.show('one')
    await end({ failed: true })
    clock.advance(29_999)
    expect(texts()).toEqual(['one'])
    clock.advance(1)
    expect(texts()).toEqual(['one', 'one'])
    await end({ says: 'one' })
    expect(told).toEqual([{ failed: true }, { says: 'one' }])
    expect(clock.alarms).toEqual([])
  })

  it('is tried ever less often while it fails, as it may for ever', async () => {
    latest.show('one')
    const waits: number[] = []
    for (let tries = 0; tries < 8; tries += 1) {
      await end({ failed: true })
      const [wait = 0] = clock.alarms
      waits.push(wait / MINUTE)
      clock.advance(wait)
    }
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 16, 16])
  })

  it.each([
    ['another text begins anew', 'two', 0.5],
    ['the same one, out of sight for a moment, does not', 'one', 1],
  ])('and %s', async (_case, text, minutes) => {
    latest.show('one')
    await end({ failed: true })
    latest.show(null)
    expect(clock.alarms).toEqual([])
    latest.show(text)
    await end({ failed: true })
    expect(clock.alarms).toEqual([minutes * MINUTE])
  })
})

describe('once it has stopped', () => {
  it('what is being read is given up', async () => {
    latest.show('one')
    latest.stop()
    expect(begun[0]?.signal.aborted).toBe(true)
    await end({ says: 'one' })
    expect(told).toEqual([])
  })

  it('nothing is tried again', async () => {
    latest.show('one')
    await end({ failed: true })
    latest.stop()
    expect(clock.alarms).toEqual([])
  })
})
