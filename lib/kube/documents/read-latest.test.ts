import { beforeEach, describe, expect, it } from 'vitest'
import { type LatestReading, readLatest } from '#lib/kube/documents/read-latest.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'

type Reading = { readonly says: string } | { readonly bad: string } | { readonly failed: true }

const MINUTE = 60_000
let clock: ManualClock
/** Readings that were begun, oldest first. The test decides their results, and when they end. */
let begun: {
  readonly text: string
  readonly signal: AbortSignal
  readonly end: (r: Reading) => void
}[]
let reported: Reading[]
let latest: LatestReading

beforeEach(() => {
  clock = manualClock()
  begun = []
  reported = []
  latest = readLatest<Reading>({
    read(text, signal) {
      const { promise, resolve } = Promise.withResolvers<Reading>()
      begun.push({ text, signal, end: resolve })
      return promise
    },
    onReading: (reading) => reported.push(reading),
    clock,
  })
})

const texts = () => begun.map(({ text }) => text)

/** Ends the reading that was begun last, and waits until the follower has it. */
async function end(reading: Reading): Promise<void> {
  begun.at(-1)?.end(reading)
  await latest.settled()
}

it('the follower gets the reading of a text', async () => {
  latest.show('one')
  expect(reported).toEqual([])
  await end({ says: 'one' })
  expect(reported).toEqual([{ says: 'one' }])
  expect(clock.alarms).toEqual([])
})

it('no reading is made while there is no text', async () => {
  latest.show(null)
  await latest.settled()
  expect([begun, reported, clock.alarms]).toEqual([[], [], []])
})

describe('the reading of the latest text', () => {
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
  ])('the latest text wins %s', async (_case, inOrder) => {
    latest.show('one')
    latest.show('two')
    expect(begun.map(({ signal }) => signal.aborted)).toEqual([true, false])
    await inOrder({ says: 'one' }, { says: 'two' })
    await latest.settled()
    expect(reported).toEqual([{ says: 'two' }])
    expect(clock.alarms).toEqual([])
  })

  it('the latest text wins over one that waits for another attempt', async () => {
    latest.show('one')
    await end({ failed: true })
    latest.show('two')
    await end({ says: 'two' })
    clock.advance(60 * MINUTE)
    expect(texts()).toEqual(['one', 'two'])
  })

  it('no earlier reading counts after the text went away', async () => {
    latest.show('one')
    latest.show(null)
    await end({ says: 'one' })
    expect(reported).toEqual([])
  })
})

describe('a text that is the same', () => {
  it.each<[string, Reading]>([
    ['good', { says: 'one' }],
    ['bad', { bad: 'one' }],
  ])(
    'a text that is the same and %s is reported again and never read again',
    async (_case, reading) => {
      latest.show('one')
      await end(reading)
      latest.show(null)
      latest.show('one')
      await latest.settled()
      clock.advance(60 * MINUTE)
      expect(texts()).toEqual(['one'])
      expect(reported).toEqual([reading, reading])
    },
  )

  it('a text that comes back after another one is read again', async () => {
    for (const text of ['one', 'two', 'one']) {
      latest.show(text)
      await end({ says: text })
    }
    expect(texts()).toEqual(['one', 'two', 'one'])
  })
})

describe('a reading that failed', () => {
  it('a failed reading is reported, and tried again after 30 s', async () => {
    latest.show('one')
    await end({ failed: true })
    clock.advance(29_999)
    expect(texts()).toEqual(['one'])
    clock.advance(1)
    expect(texts()).toEqual(['one', 'one'])
    await end({ says: 'one' })
    expect(reported).toEqual([{ failed: true }, { says: 'one' }])
    expect(clock.alarms).toEqual([])
  })

  it('a failed reading is tried less and less often, as it may fail for ever', async () => {
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
  ])('a failed reading %s', async (_case, text, minutes) => {
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
  it('a stopped follower gives up its reading', async () => {
    latest.show('one')
    latest.stop()
    expect(begun[0]?.signal.aborted).toBe(true)
    await end({ says: 'one' })
    expect(reported).toEqual([])
  })

  it('a stopped follower tries no reading again', async () => {
    latest.show('one')
    await end({ failed: true })
    latest.stop()
    expect(clock.alarms).toEqual([])
  })
})
