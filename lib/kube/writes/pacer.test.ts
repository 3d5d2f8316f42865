import { describe, expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { createPacer, type Pacer } from '#lib/kube/writes/pacer.ts'

type Result = 'done' | { readonly throttledMs: number }

const retryAfter = (result: Result): number | null =>
  result === 'done' ? null : result.throttledMs

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

/** A worker whose items end when the test says so. */
function held() {
  const open = new Map<number, (result: Result) => void>()
  const worker = (item: number): Promise<Result> =>
    new Promise((resolve) => open.set(item, resolve))
  const end = (item: number, result: Result = 'done') => {
    open.get(item)?.(result)
    open.delete(item)
  }
  const endAll = () => {
    for (const item of [...open.keys()]) end(item)
  }
  return { open, worker, end, endAll }
}

/** Lets all consequences of the last event happen. */
const allSettled = () => new Promise((resolve) => setImmediate(resolve))

/** Ends of the pauses as listeners learn of them; null where a pause is over. */
function pausesOf(pacer: Pacer) {
  const pauses: (number | null)[] = []
  pacer.onPause((until) => pauses.push(until))
  return pauses
}

/** Items that the pacer has in flight at a time, by another batch. */
async function inFlight(pacer: Pacer): Promise<number> {
  const { worker, open } = held()
  collect(pacer, numbers(20), worker)
  await allSettled()
  return open.size
}

function collect(
  pacer: Pacer,
  items: Iterable<number>,
  worker: (item: number) => Promise<Result>,
  signal?: AbortSignal,
) {
  const results: [number, Result][] = []
  const finished = (async () => {
    for await (const { item, result } of pacer.pace(items, worker, { signal, retryAfter })) {
      results.push([item, result])
    }
  })()
  return { results, finished }
}

describe('a batch', () => {
  it('a batch does every item once and yields results as they come', async () => {
    const { worker, end, open } = held()
    const { results, finished } = collect(createPacer(), numbers(3), worker)
    await until(() => open.size === 3, 'all three')
    end(2)
    await until(() => results.length === 1, 'one result')
    expect(results).toEqual([[2, 'done']])
    end(0)
    end(1)
    await finished
    expect(results).toHaveLength(3)
    expect(new Set(results.map(([item]) => item))).toEqual(new Set([0, 1, 2]))
  })

  it('a batch without items ends at once', async () => {
    const { results, finished } = collect(createPacer(), [], async () => 'done')
    await finished
    expect(results).toEqual([])
  })

  it('a batch never has more in flight than the limit, which good answers raise to the maximum', async () => {
    const pacer = createPacer({ start: 2, max: 4 })
    const { worker, open, endAll } = held()
    const { finished, results } = collect(pacer, numbers(40), worker)
    await until(() => open.size === 2, 'two in flight')
    const together: number[] = []
    while (results.length < 40) {
      together.push(open.size)
      endAll()
      await until(() => open.size > 0 || results.length === 40, 'the next')
    }
    await finished
    expect(together.slice(0, 4)).toEqual([2, 3, 4, 4])
    expect(Math.max(...together)).toBe(4)
  })

  it('a batch shares the limit with other batches of the same pacer', async () => {
    const pacer = createPacer({ start: 3, max: 3 })
    const { worker, open, endAll } = held()
    const first = collect(pacer, numbers(3), worker)
    const second = collect(pacer, [10, 11, 12], worker)
    await until(() => open.size === 3, 'three in flight')
    expect([...open.keys()]).toEqual([0, 1, 2])
    endAll()
    await first.finished
    await until(() => open.size === 3, 'the second batch')
    endAll()
    await second.finished
    expect(second.results).toHaveLength(3)
  })

  it('people who write share the places of all, and each has one', async () => {
    const pacers: Pacer[] = []
    const share = () => Math.floor(6 / Math.max(1, pacers.filter(({ isBusy }) => isBusy).length))
    const batches = numbers(8).map(() => {
      pacers.push(createPacer({ start: 4, max: 4, share }))
      return held()
    })
    const begun = (of: number) => {
      const pacer = pacers[of]
      const worker = batches[of]?.worker
      return pacer && worker && collect(pacer, numbers(9), worker)
    }
    const open = () => batches.map((batch) => batch.open.size)
    begun(0)
    await allSettled()
    expect(open().slice(0, 2)).toEqual([4, 0])
    begun(1)
    await allSettled()
    batches[0]?.end(0)
    batches[0]?.end(1)
    await allSettled()
    expect(open().slice(0, 2)).toEqual([3, 3])
    for (const of of [2, 3, 4, 5, 6, 7]) begun(of)
    await allSettled()
    expect(Math.min(...open())).toBe(1)
    for (let round = 0; round < 9; round += 1) {
      for (const { endAll } of batches.slice(1)) endAll()
      await allSettled()
    }
    batches[0]?.endAll()
    await allSettled()
    expect(open()[0]).toBe(4)
  })

  it('a stopped batch waits for items in flight and hands out no others', async () => {
    const stop = new AbortController()
    const pacer = createPacer({ start: 2, max: 8 })
    const { worker, open, end } = held()
    const { results, finished } = collect(pacer, numbers(10), worker, stop.signal)
    await until(() => open.size === 2, 'two in flight')
    stop.abort()
    end(0)
    end(1)
    await finished
    expect(results.map(([item]) => item)).toEqual([0, 1])
    expect(open.size).toBe(0)
  })

  it('a batch slows down by one when answers take more than a second', async () => {
    const clock = manualClock()
    const pacer = createPacer({ clock, start: 4 })
    const { worker, open, end } = held()
    const { finished } = collect(pacer, [0], worker)
    await until(() => open.size === 1, 'it')
    clock.advance(1_001)
    end(0)
    await finished
    expect(await inFlight(pacer)).toBe(3)
  })
})

describe('throttled', () => {
  it('a throttled batch pauses as long as asked, reports it, retries and finishes', async () => {
    const clock = manualClock()
    const pacer = createPacer({ clock, start: 8 })
    const pauses = pausesOf(pacer)
    const { worker, open, end } = held()
    const { results, finished } = collect(pacer, [0, 1], worker)
    await until(() => open.size === 2, 'both')
    end(0, { throttledMs: 3_000 })
    await until(() => pauses.length === 1, 'a pause')
    expect(pauses).toEqual([clock.now() + 3_000])
    end(1, { throttledMs: 2_000 })
    await allSettled()
    clock.advance(2_999)
    await allSettled()
    expect(open.size).toBe(0)
    expect(results).toEqual([])

    clock.advance(1)
    await until(() => open.size === 2, 'both again')
    end(0)
    end(1)
    await finished
    expect(new Map(results)).toEqual(
      new Map([
        [0, 'done'],
        [1, 'done'],
      ]),
    )
    expect(results).toHaveLength(2)
    expect(pauses.slice(1)).toEqual([null])
    expect(await inFlight(pacer)).toBe(4)
  })

  it('a batch throttled for more than two minutes passes the result on', async () => {
    const clock = manualClock()
    const pacer = createPacer({ clock })
    const pauses = pausesOf(pacer)
    let tries = 0
    const throttled: Result = { throttledMs: 60_000 }
    const { results, finished } = collect(pacer, [0], async () => {
      tries += 1
      return throttled
    })
    for (let n = 1; n <= 2; n += 1) {
      await until(() => tries === n && typeof pauses.at(-1) === 'number', `pause ${n}`)
      clock.advance(60_000)
    }
    await finished
    expect(results).toEqual([[0, throttled]])
    expect(tries).toBe(3)
  })

  it('a pause does not delay a stopped batch', async () => {
    const stop = new AbortController()
    const pacer = createPacer({ clock: manualClock() })
    const pauses = pausesOf(pacer)
    const throttled: Result = { throttledMs: 60_000 }
    const { results, finished } = collect(pacer, [0], async () => throttled, stop.signal)
    await until(() => pauses.length === 1, 'a pause')
    stop.abort()
    await finished
    expect(results).toEqual([[0, throttled]])
  })
})
