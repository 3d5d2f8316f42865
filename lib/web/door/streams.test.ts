import { describe, expect, it } from 'vitest'
import { liveCluster } from '#lib/cluster/fixtures/scripted-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { createStreams, type StreamsOptions } from '#lib/web/door/streams.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'
import { createParser } from '#lib/wire/sse.ts'

async function setUp(options: Partial<StreamsOptions> = {}) {
  const cluster = await liveCluster()
  const { feed, clock } = cluster
  const listeners = new Set<(run: RunSummary) => void>()
  const runs: StreamsOptions['runs'] = {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const streams = createStreams({ feed, runs, clock, onBeat() {}, ...options })
  const tell = (run: object) => {
    for (const listener of listeners) listener(run as RunSummary)
  }
  return { cluster, streams, listeners, tell }
}

/** Reads the stream in the background; `text` is what has arrived. */
function read(response: Response) {
  const reader = response.body?.getReader()
  const state = { text: '', ended: false, cut: '' }
  const decoder = new TextDecoder()
  async function loop(): Promise<void> {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) break
      state.text += decoder.decode(value, { stream: true })
    }
    state.ended = true
  }
  const finished = loop().catch((error: unknown) => {
    state.cut = error instanceof Error ? error.name : 'unknown'
  })
  return Object.assign(state, {
    finished,
    events: () => createParser().push(state.text),
    cancel: () => reader?.cancel(),
  })
}

const names = (reading: ReturnType<typeof read>) => reading.events().map(({ event }) => event)

describe('a stream', () => {
  it('a stream reports the progress of runs for as long as it has a reader', async () => {
    const { cluster, streams, listeners, tell } = await setUp()
    const reading = read(streams.open('kim', new AbortController().signal))
    await cluster.turn()
    tell({ id: 'r1', status: 'running' })
    await cluster.turn()
    expect(reading.events().at(-1)).toEqual({ event: 'run', data: { id: 'r1', status: 'running' } })
    await reading.cancel()
    expect(listeners.size).toBe(0)
  })

  it('a stream begins with its revision, then reports changes', async () => {
    const { cluster, streams } = await setUp()
    const reading = read(streams.open('kim', new AbortController().signal))
    await cluster.turn()
    expect(names(reading)).toEqual(['hello', 'feed'])
    cluster.csrs.put(makeCsr())
    await cluster.turn()
    expect(names(reading)).toEqual(['hello', 'feed', 'changed'])
    expect(reading.events().at(-1)).toMatchObject({
      data: { topics: expect.arrayContaining(['machines']) },
    })
  })

  it('a stream is not cached, buffered or packed on its way', async () => {
    const { headers } = (await setUp()).streams.open('kim', new AbortController().signal)
    expect(headers.get('content-type')).toContain('text/event-stream')
    expect(headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(headers.get('x-accel-buffering')).toBe('no')
  })

  it('a stream sends every 15 s that it is alive', async () => {
    const { cluster, streams } = await setUp()
    const reading = read(streams.open('kim', new AbortController().signal))
    cluster.clock.advance(45_000)
    await cluster.turn()
    expect(reading.text.match(/^: /gm)).toHaveLength(3)
  })

  it('a heartbeat has the time once for each time that the clock was set', async () => {
    const { cluster, streams } = await setUp()
    const start = cluster.clock.now()
    const reading = read(streams.open('kim', new AbortController().signal))
    for (const seconds of [0, 0, 300, 0]) {
      cluster.clock.moveHands(seconds * 1_000)
      cluster.clock.advance(15_000)
      // A stream that opens meanwhile gets the time at its start, and other streams still get it.
      streams.open('kim', new AbortController().signal)
    }
    await cluster.turn()
    const told = reading.events().filter(({ event }) => event === 'hello')
    expect(told).toMatchObject([
      {},
      { data: { serverTime: new Date(start + 345_000).toISOString() } },
    ])
  })

  it('a stream that ends before a heartbeat does not get it, and others do', async () => {
    const session = new AbortController()
    const { cluster, streams } = await setUp({ onBeat: () => session.abort() })
    const other = read(streams.open('kim', new AbortController().signal))
    const reading = read(streams.open('kim', session.signal))
    cluster.clock.advance(15_000)
    await cluster.turn()
    expect([reading.ended, reading.text.includes('\n: ')]).toEqual([true, false])
    expect([other.ended, other.text.includes('\n: ')]).toEqual([false, true])
  })

  it('the heartbeats end with the last stream', async () => {
    const session = new AbortController()
    const { cluster, streams } = await setUp({ onBeat: () => session.abort() })
    const before = cluster.clock.alarms.length
    const reading = read(streams.open('kim', session.signal))
    cluster.clock.advance(15_000)
    await reading.finished
    expect([streams.count, cluster.clock.alarms.length]).toEqual([0, before])
  })

  it.each<[string, (stop: AbortController, reading: ReturnType<typeof read>) => unknown]>([
    ['the request is aborted', (stop) => stop.abort()],
    ['the reader cancels', (_stop, reading) => reading.cancel()],
    [
      'both, in either order',
      async (stop, reading) => {
        stop.abort()
        await reading.cancel()
        stop.abort()
      },
    ],
  ])('a stream leaves nothing behind when %s', async (_case, leave) => {
    const { cluster, streams } = await setUp()
    const stop = new AbortController()
    const reading = read(streams.open('kim', stop.signal))
    await cluster.turn()
    expect(streams.count).toBe(1)
    await leave(stop, reading)
    await reading.finished
    expect(streams.count).toBe(0)
    cluster.csrs.put(makeCsr())
    await cluster.turn()
    expect(cluster.errors).toEqual([])
  })

  it('a stream ends with the first of its signals', async () => {
    const { streams } = await setUp()
    const [request, session] = [new AbortController(), new AbortController()]
    const reading = read(streams.open('kim', request.signal, session.signal))
    session.abort()
    await reading.finished
    expect([reading.ended, streams.count]).toEqual([true, 0])
    expect(read(streams.open('kim', request.signal, session.signal)).ended).toBe(false)
    expect(streams.count).toBe(0)
    request.abort()
  })

  it('a stream is cut when its reader falls behind, and other readers go on', async () => {
    const { cluster, streams } = await setUp({ queueBytes: 2_000 })
    const slow = streams.open('kim', new AbortController().signal)
    const quick = read(streams.open('kim', new AbortController().signal))
    for (let n = 0; n < 10; n += 1) {
      cluster.csrs.put(makeCsr({ nodeName: `worker-${n}` }))
      await cluster.turn()
    }
    expect(streams.count).toBe(1)
    expect(names(quick).filter((name) => name === 'changed').length).toBeGreaterThan(5)
    const late = read(slow)
    await late.finished
    // Next logs a stack of every other error.
    expect(late.cut).toBe('AbortError')
  })
})

describe('all streams', () => {
  it('the server has a limited number of streams', async () => {
    const { streams } = await setUp({ limit: 2 })
    const stop = new AbortController()
    const open = () => streams.open('kim', stop.signal)
    const kept = [read(open()), read(open())]
    const refused = open()
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'tooManyStreams' })
    stop.abort()
    await Promise.all(kept.map(({ finished }) => finished))
    expect(streams.open('kim', new AbortController().signal).status).toBe(200)
  })

  it('all streams end when the process ends, and no new one begins', async () => {
    const { streams } = await setUp()
    const kept = [1, 2].map(() => read(streams.open('kim', new AbortController().signal)))
    streams.close()
    await Promise.all(kept.map(({ finished }) => finished))
    expect(kept.map(({ ended }) => ended)).toEqual([true, true])
    expect(streams.open('kim', new AbortController().signal).status).toBe(503)
  })
})

it('one person has a limited number of streams, and leaves the others to other people', async () => {
  const { streams } = await setUp({ limitOfOne: 1 })
  const stop = new AbortController()
  expect(streams.open('kim', stop.signal).status).toBe(200)
  expect(streams.open('kim', stop.signal).status).toBe(503)
  expect(streams.open('lee', stop.signal).status).toBe(200)
  stop.abort()
  expect(streams.open('kim', new AbortController().signal).status).toBe(200)
})

describe('when all streams are taken', () => {
  const open = async (limit: number, ...people: readonly string[]) => {
    const { streams } = await setUp({ limit })
    const readings = people.map((person) =>
      read(streams.open(person, new AbortController().signal)),
    )
    return {
      streams,
      readings,
      more: (person: string) => streams.open(person, new AbortController().signal),
    }
  }

  it('when all streams are taken the newest of the person with the most ends for a person without one', async () => {
    const { streams, readings, more } = await open(4, 'mallory', 'kim', 'mallory', 'mallory')
    expect(more('lee').status).toBe(200)
    await readings[3]?.finished
    expect(readings.map(({ ended }) => ended)).toEqual([false, false, false, true])
    expect(streams.count).toBe(4)
  })

  it('each of as many people as there are streams keeps one, whichever came first', async () => {
    const { readings, more } = await open(3, 'mallory', 'mallory', 'mallory')
    expect([more('kim').status, more('lee').status, more('mallory').status]).toEqual([
      200, 200, 503,
    ])
    await readings[1]?.finished
    expect(readings.map(({ ended }) => ended)).toEqual([false, true, true])
  })

  it.each([
    ['the person with the most', 'mallory', ['mallory', 'mallory', 'kim']],
    ['a person who would then have as many', 'kim', ['mallory', 'mallory', 'kim']],
    ['a person more than there are streams', 'lee', ['mallory', 'kim', 'sam']],
  ])('when all streams are taken %s gets none, and no stream ends', async (_, newcomer, people) => {
    const { streams, readings, more } = await open(3, ...people)
    expect(more(newcomer).status).toBe(503)
    expect([streams.count, readings.some(({ ended }) => ended)]).toEqual([3, false])
  })
})
