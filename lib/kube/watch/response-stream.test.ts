import { beforeEach, describe, expect, it } from 'vitest'
import { openWatch, type Responder, refuse } from '#lib/kube/fixtures/api-server.ts'
import { eachScriptedServer } from '#lib/kube/fixtures/each-test.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import type { KubeError } from '#lib/kube/transport/errors.ts'
import { type StreamCall, stream } from '#lib/kube/watch/response-stream.ts'

const server = eachScriptedServer()
let clock: ManualClock

beforeEach(async () => {
  clock = manualClock()
})

/** Reads the stream to its end; returns its values, and how it ended. */
async function readAll(more: Partial<StreamCall> = {}, values: unknown[] = []) {
  const { signal } = new AbortController()
  const request = { path: '/watch', signal, lifeMs: 25_000, maxLineBytes: 1_000, clock, ...more }
  try {
    for await (const batch of stream(server.identity, request)) values.push(...batch)
    return { values, error: null }
  } catch (thrown) {
    return { values, error: thrown as KubeError }
  }
}

/** Waits until written bytes have arrived: loopback needs a few turns of the event loop. */
async function bytesOnTheWay(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const pieces =
  (...texts: readonly string[]): Responder =>
  async ({ response }) => {
    response.writeHead(200)
    for (const text of texts) {
      await new Promise((resolve) => response.write(text, resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  }

it.each<[string, string[], unknown[]]>([
  ['one line', ['{"a":1}\n'], [{ a: 1 }]],
  ['several in one piece', ['1\n2\n3\n'], [1, 2, 3]],
  ['one in several pieces', ['{"a"', ':', '1}', '\n'], [{ a: 1 }]],
  ['a letter cut in two by the network', ['"\u20ac', '\u20ac"\n'], ['\u20ac\u20ac']],
  ['empty lines', ['\n1\n\n2\n'], [1, 2]],
  ['nothing', [], []],
])('the stream has the values of %s', async (_, texts, values) => {
  server.script.push(pieces(...texts))
  expect(await readAll()).toEqual({ values, error: null })
})

describe('ends in an error', () => {
  it.each<[string, Responder, string]>([
    ['cut in the middle of a line', pieces('1\n{"a'), 'network'],
    ['a line that is not JSON', pieces('1\n', '{a}\n'), 'malformed'],
    ['a line without end', pieces('1\n', 'x'.repeat(600), 'x'.repeat(600)), 'tooLarge'],
    [
      'a reset',
      ({ response, socket }) => {
        response.writeHead(200)
        response.write('1\n', () => setImmediate(() => socket.resetAndDestroy()))
      },
      'network',
    ],
  ])('a stream with %s ends with an error after its earlier values', async (_, responder, kind) => {
    server.script.push(responder)
    const { values, error } = await readAll()
    expect(values).toEqual([1])
    expect(error?.kind).toBe(kind)
  })

  it('a refused stream ends with the API server’s words', async () => {
    server.script.push(refuse(410, 'too old'))
    expect((await readAll()).error).toMatchObject({ status: 410, message: 'too old' })
  })

  it('a stream without an answer ends after 10 s', async () => {
    const reading = readAll()
    await until(() => server.exchanges.length === 1, 'the request')
    clock.advance(10_000)
    expect((await reading).error?.kind).toBe('timeout')
  })

  it.each([
    ['silent', '', 'timeout', 'watchSilent'],
    ['of values, but without end', '1\n', 'timeout', 'watchNotEnded'],
    ['of line feeds alone', '\n', 'malformed', 'watchSaidNothing'],
    ['of a line that does not end', 'x', 'malformed', 'watchSaidNothing'],
  ])('a stream with %s ends when its life is over', async (_, text, kind, code) => {
    const watch = openWatch()
    server.script.push(watch)
    const open = Promise.withResolvers<void>()
    const reading = readAll({ onOpen: open.resolve })
    const led = await watch.opened
    await open.promise
    for (let second = 1; second < 25; second += 1) {
      led.raw(text)
      await bytesOnTheWay()
      clock.advance(1_000)
    }
    expect(server.exchanges[0]?.socket.destroyed).toBe(false)
    clock.advance(1_000)
    const { error } = await reading
    expect([error?.kind, error?.causes[0]?.code]).toEqual([kind, code])
    await until(() => server.exchanges[0]?.socket.destroyed === true, 'the socket to close')
  })

  it('a stream that the server ends after line feeds alone has said nothing', async () => {
    server.script.push(pieces('\n', '\n'))
    expect((await readAll()).error?.causes).toMatchObject([{ code: 'watchSaidNothing' }])
  })

  it('the life of a stream does not include its reader’s time', async () => {
    server.script.push(pieces('1\n', '2\n'))
    const values: unknown[] = []
    const signal = new AbortController().signal
    for await (const batch of stream(server.identity, {
      path: '/',
      signal,
      lifeMs: 25_000,
      clock,
    })) {
      values.push(...batch)
      clock.stall(60_000)
    }
    expect(values).toEqual([1, 2])
  })

  it('an aborted stream closes its socket and leaves no alarm', async () => {
    const watch = openWatch()
    server.script.push(watch)
    const giveUp = new AbortController()
    const reading = readAll({ signal: giveUp.signal })
    await watch.opened
    giveUp.abort()
    expect((await reading).error?.kind).toBe('aborted')
    await until(() => server.exchanges[0]?.socket.destroyed === true, 'the socket to close')
    expect(clock.alarms).toEqual([])
  })
})

it('a stream that its reader leaves closes its socket', async () => {
  const watch = openWatch()
  server.script.push(watch)
  const signal = new AbortController().signal
  const reading = (async () => {
    for await (const _ of stream(server.identity, { path: '/', signal, lifeMs: 1, clock })) break
  })()
  ;(await watch.opened).raw('1\n2\n')
  await reading
  await until(() => server.exchanges[0]?.socket.destroyed === true, 'the socket to close')
  expect(clock.alarms).toEqual([])
})
