import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import {
  ok,
  openWatch,
  page,
  type Responder,
  refuse,
  type ScriptedServer,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import type { ManualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { rawCsr } from '#lib/kube/fixtures/raw-objects.ts'
import {
  becomes,
  names,
  phases,
  type ReflectorRig,
  startReflectorRig,
  waits,
} from '#lib/kube/fixtures/reflector-rig.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { CSRS, OPENSHIFT_MACHINES } from '#lib/kube/objects/resources.ts'
import { actsAsItself } from '#lib/kube/transport/acting-identity.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import type { Reflector } from '#lib/kube/watch/reflector.ts'

let rig: ReflectorRig
let server: ScriptedServer
let clock: ManualClock
let start: ReflectorRig['start']
let live: ReflectorRig['live']

beforeEach(async () => {
  rig = await startReflectorRig()
  ;({ server, clock, start, live } = rig)
})

afterEach(() => rig.close())

/** Resolves once the request of that number has arrived. */
const asked = (count: number) =>
  until(() => server.exchanges.length >= count, `request ${count} to arrive`)

describe('trouble', () => {
  it.each<[string, string, 'reset' | 'end']>([
    ['a reset in the middle of a line', '{"type":"ADD', 'reset'],
    ['an end in the middle of a line', '{"type":"ADD', 'end'],
    ['a reset', '', 'reset'],
  ])('after %s the watch resumes at its version, without a list', async (_, rest, how) => {
    const second = openWatch()
    const { kept, reflector, led } = await live([rawCsr('a')], page([], '7'), second)
    led.raw(rest)
    led[how]()
    await becomes(reflector, 'reconnecting')
    // Half of the first ceiling, as random is 0.5.
    expect(reflector.state.retryAt).toBe('2026-11-24T12:00:00.250Z')
    clock.advance(250)
    ;(await second.opened).send('ADDED', rawCsr('b'))
    await until(() => kept.items.has('uid-of-b'), 'b')

    expect(server.exchanges.slice(2).map(({ query }) => Object.fromEntries(query))).toMatchObject([
      { limit: '1', resourceVersion: '7', resourceVersionMatch: 'NotOlderThan' },
      { watch: 'true', resourceVersion: '7' },
    ])
    expect(phases(kept).at(-1)).toBe('live')
    expect(kept.replaces).toBe(1)
  })

  const goneEvent: Responder = (exchange) => {
    const object = { kind: 'Status', code: 410, message: 'too old resource version' }
    exchange.response.writeHead(200).end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
  }
  it.each<[string, Responder]>([
    ['410 as the answer', refuse(410, 'too old resource version')],
    ['410 as an event', goneEvent],
  ])('after %s the source is listed exactly once, immediately', async (_, gone) => {
    const watch = openWatch()
    server.script.push(
      page([rawCsr('a'), rawCsr('b')], '7'),
      gone,
      page([rawCsr('b')], '50'),
      watch,
    )
    const { kept, reflector } = start(CSRS)
    await watch.opened
    await becomes(reflector, 'live')

    expect(kept.replaces).toBe(2)
    expect(names(kept)).toEqual(['b'])
    expect(server.exchanges).toHaveLength(4)
    expect(server.exchanges[3]?.query.get('resourceVersion')).toBe('50')
  })

  it('repeated 410s lead to lists, but not in a tight loop', async () => {
    server.script.push(page([], '7'), refuse(410, 'old'), page([], '8'), refuse(410, 'old'))
    const { reflector } = start(CSRS)
    await waits(reflector)
    expect(server.exchanges).toHaveLength(4)
  })

  it('an API server restored from a backup is listed again, as a watch would stay silent', async () => {
    const [before, after] = [openWatch(), openWatch()]
    const tooLarge = refuse(504, 'Timeout: Too large resource version: 70, current: 9')
    const setBack: Responder = (exchange) =>
      (exchange.query.has('watch') ? openWatch() : tooLarge)(exchange)
    server.script.push(page([rawCsr('a'), rawCsr('b')], '70'), before, setBack)
    server.script.push(page([rawCsr('a')], '9'), after)
    const { kept, reflector } = start(CSRS)
    ;(await before.opened).reset()
    await becomes(reflector, 'reconnecting')
    clock.advance(250)
    await asked(3)
    await waits(reflector)
    reflector.retryNow()
    await after.opened

    expect(names(kept)).toEqual(['a'])
    expect(server.exchanges.at(-1)?.query.get('resourceVersion')).toBe('9')
  })

  it('an expired continue token leads to one list from the beginning', async () => {
    const watch = openWatch()
    server.script.push(
      page([rawCsr('a')], '7', 'token-2'),
      refuse(410, 'The provided continue parameter is too old'),
      page([rawCsr('b')], '9', 'token-3'),
      page([rawCsr('c')], '9'),
      watch,
    )
    const { kept } = start(CSRS)
    await watch.opened
    expect([names(kept), kept.removed]).toEqual([['b', 'c'], []])
    expect(server.exchanges[2]?.query.has('continue')).toBe(false)
  })

  it.each([
    ['429', 429],
    ['503', 503],
  ])('after %s with Retry-After the source waits that long', async (_, code) => {
    const watch = openWatch()
    const busy = refuse(code, 'too busy', { headers: { 'retry-after': '7' } })
    server.script.push(busy, page([], '7'), watch)
    const { reflector } = start(CSRS)
    await waits(reflector)
    expect(reflector.state).toMatchObject({ state: 'connecting', causes: [said('too busy')] })
    clock.advance(7_000)
    expect(server.exchanges).toHaveLength(1)
    clock.advance(250)
    await becomes(reflector, 'live')
  })

  it('a redirect is not followed', async () => {
    const other = await startScriptedServer()
    server.script.push((exchange) => exchange.json(302, {}, { location: other.endpoint.origin }))
    const { reflector } = start(CSRS)
    await becomes(reflector, 'unreachable')
    expect(reflector.state.causes).toEqual([cause('apiServerRedirects')])
    expect(other.exchanges).toHaveLength(0)
    await other.close()
  })

  it('a page that is too large leads to smaller pages', async () => {
    const watch = openWatch()
    const huge: Responder = ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = ' '.repeat(1024 * 1024)
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', write)
      write()
    }
    server.script.push(huge, page([rawCsr('a')], '7'), watch)
    start(CSRS)
    await watch.opened
    expect(server.exchanges[1]?.query.get('limit')).toBe('50')
  })

  it('the source keeps trying an unreachable server, and names the reason', async () => {
    const { endpoint } = server
    await server.close()
    const identity = actsAsItself(bearerIdentity('tester', endpoint, 'token'))
    const { kept, reflector } = start(CSRS, { identity })
    const waits = () => kept.states.filter(({ retryAt }) => retryAt !== null).length
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await until(() => waits() === attempt, `wait ${attempt}`)
      const [wait = 0] = clock.alarms
      expect(wait).toBeLessThanOrEqual(1_500)
      clock.advance(wait)
    }
    expect(reflector.state.state).toBe('unreachable')
    expect(reflector.state.causes).toMatchObject([{ code: 'networkRefused' }])
    await identity.close()
  })

  it('retryNow ends the wait early', async () => {
    const watch = openWatch()
    server.script.push(refuse(500, 'broken'), page([], '7'), watch)
    const { reflector } = start(CSRS)
    await waits(reflector)
    reflector.retryNow()
    await becomes(reflector, 'live')
    expect(reflector.state.causes).toEqual([])
  })
})

it.each([429, 503])('retryNow does not cut the Retry-After of a %i short', async (code) => {
  const watch = openWatch()
  const busy = refuse(code, 'too busy', { headers: { 'retry-after': '7' } })
  server.script.push(busy, page([], '7'), watch)
  const { reflector } = start(CSRS)
  await waits(reflector)
  clock.advance(6_999)
  for (let n = 0; n < 400; n += 1) reflector.retryNow()
  expect(waitOf(reflector)).toBe(251)
  expect(server.exchanges).toHaveLength(1)
  clock.advance(1)
  reflector.retryNow()
  await becomes(reflector, 'live')
})

describe('permission', () => {
  it.each<[string, number, string, readonly Responder[]]>([
    ['401', 401, 'unauthorized', []],
    ['403 of an API server that was ready before', 403, 'forbidden', [refuse(403, 'x'), ok]],
  ])(
    'after %s the source says so in the API server’s words, and asks again',
    async (_, code, phase, before) => {
      const watch = openWatch()
      const refused = refuse(code, 'csrs are forbidden: User "a"')
      server.script.push(...before, refused, page([], '7'), watch)
      const { reflector } = start(CSRS)
      await until(() => reflector.state.state === phase, phase)
      expect(reflector.state.causes).toEqual([said('csrs are forbidden: User "a"')])
      clock.advance(500)
      await becomes(reflector, 'live')
    },
  )

  it.each<[string, Responder]>([
    ['is not ready', refuse(500, 'poststarthook/rbac/bootstrap-roles failed')],
    ['denies even that', refuse(403, 'no')],
  ])('a first list denied by an API server that %s is not final yet', async (_, unready) => {
    const watch = openWatch()
    const denied = refuse(403, 'no')
    server.script.push(denied, unready, denied, unready, page([rawCsr('a')], '7'), watch)
    const { kept, reflector } = start(CSRS)
    await nextTry(reflector, 3)
    await nextTry(reflector, 5)
    await becomes(reflector, 'live')
    expect([...new Set(phases(kept))]).toEqual(['connecting', 'live'])
  })

  it('a first list denied by an API server that becomes ready just then is asked for once more', async () => {
    const watch = openWatch()
    server.script.push(refuse(403, 'no'), ok, page([rawCsr('a')], '7'), watch)
    const { kept, reflector } = start(CSRS)
    await becomes(reflector, 'live')
    expect([...new Set(phases(kept))]).toEqual(['live'])
  })

  it('a first list denied for ten seconds is final, ready or not', async () => {
    const denials = Array.from({ length: 40 }, () => refuse(403, 'no'))
    server.script.push(...denials)
    const { kept, reflector } = start(CSRS)
    expect(await msInDoubt(reflector)).toBe(10_000)
    expect([...new Set(phases(kept))]).toEqual(['connecting', 'forbidden'])
  })

  it.each([
    ['not ready', 500],
    ['one that does not say', 403],
  ])('a missing API is final after ten seconds, of a server that is %s', async (_, code) => {
    const answers = Array.from({ length: 40 }, (_, n) => refuse(n % 2 === 0 ? 404 : code, 'x'))
    server.script.push(...answers)
    const { kept, reflector } = start(OPENSHIFT_MACHINES)
    expect(await msInDoubt(reflector)).toBe(10_000)
    expect([...new Set(phases(kept))]).toEqual(['connecting', 'absent'])
  })

  it('a final 404 is not doubted again each minute', async () => {
    const unready: Responder = (exchange) =>
      refuse(exchange.path === '/readyz' ? 403 : 404, 'x')(exchange)
    server.script.push(...Array.from({ length: 40 }, () => unready))
    const { kept, reflector } = start(OPENSHIFT_MACHINES)
    await msInDoubt(reflector)
    const statesBefore = kept.states.length
    clock.advance(60_000)
    await until(() => kept.states.length >= statesBefore + 2, 'another answer')
    expect(new Set(kept.states.slice(statesBefore).map(({ state }) => state))).toEqual(
      new Set(['absent']),
    )
  })

  it('a live source is kept for ten seconds where a starting API server denies everything', async () => {
    const denials = Array.from({ length: 4 }, () => refuse(403, 'no'))
    const second = openWatch()
    const { kept, reflector, led } = await live(
      [rawCsr('a')],
      ...denials,
      page([rawCsr('a')], '8'),
      second,
    )
    led.reset()
    for (let requests = 3; requests <= 7; requests += 1) await nextTry(reflector, requests)
    await becomes(reflector, 'live')
    expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting'])
    expect(names(kept)).toEqual(['a'])
  })

  it('the ten seconds do not last longer where the clock is set back meanwhile', async () => {
    const denials = Array.from({ length: 20 }, () => refuse(403, 'no'))
    const { reflector, led } = await live([], ...denials)
    led.reset()
    const passed = clock.passed()
    for (let requests = 3; reflector.state.state !== 'forbidden'; requests += 1) {
      await waits(reflector)
      const wait = waitOf(reflector)
      if (requests === 5) clock.moveHands(-600_000)
      clock.advance(wait)
      await asked(requests)
      await waits(reflector)
    }
    expect(clock.passed() - passed).toBeLessThanOrEqual(10_250)
  })

  it.each([
    ['401', 401, 'unauthorized'],
    ['403', 403, 'forbidden'],
  ])(
    'a denial that %s for ten seconds is final: it is asked just then, whatever the backoff',
    async (_, code, phase) => {
      const denials = Array.from({ length: 20 }, () => refuse(code, 'no'))
      const { kept, reflector, led } = await live([], ...denials)
      led.reset()
      await nextTry(reflector, 3)
      const since = clock.now()
      await waits(reflector)
      for (let requests = 4; reflector.state.state === 'reconnecting'; requests += 1) {
        expect(waitOf(reflector)).toBeLessThanOrEqual(1_000)
        await nextTry(reflector, requests)
        await waits(reflector)
      }
      expect(clock.now() - since).toBe(10_000)
      expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting', phase])
    },
  )
})

it('a source that may be listed but not watched is listed again only once it may be watched', async () => {
  let mayWatch = false
  const watch = openWatch()
  const answer: Responder = (exchange) => {
    const isWatch = exchange.query.has('watch')
    if (!isWatch) page([rawCsr('a')], '7')(exchange)
    else if (!mayWatch) refuse(403, 'no')(exchange)
    // The API server no longer knows the changes since then.
    else if (exchange.query.get('timeoutSeconds') === '1') refuse(410, 'too old')(exchange)
    else watch(exchange)
  }
  server.script.push(...Array(100).fill(answer))
  const { kept, reflector } = start(CSRS)
  const deniedAgain = async () => {
    await nextTry(reflector, server.exchanges.length + 1)
    await waits(reflector)
  }
  await waits(reflector)
  while (reflector.state.state !== 'forbidden') await deniedAgain()
  const lists = kept.replaces
  for (let tries = 0; tries < 5; tries += 1) await deniedAgain()
  expect(kept.replaces).toBe(lists)
  expect(names(kept)).toEqual([])

  mayWatch = true
  clock.advance(waitOf(reflector))
  await becomes(reflector, 'live')
  expect(names(kept)).toEqual(['a'])
  expect(server.exchanges.at(-1)?.query.get('resourceVersion')).toBe('7')
})

it('a forbidden source does not count as read when later answers fail', async () => {
  const watch = openWatch()
  let isGone = false
  const noOrNothing: Responder = (exchange) =>
    isGone ? void exchange.response.destroy() : refuse(403, 'no')(exchange)
  server.script.push(page([rawCsr('a')], '7'), watch, ...Array(40).fill(noOrNothing))
  const { kept, reflector } = start(CSRS)
  const led = await watch.opened
  await becomes(reflector, 'live')
  led.reset()
  for (let requests = 3; reflector.state.state !== 'unreachable'; requests += 1) {
    await nextTry(reflector, requests)
    await waits(reflector)
    isGone = reflector.state.state === 'forbidden'
  }
  expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting', 'forbidden', 'unreachable'])
  expect(names(kept)).toEqual([])
})

describe('without a credential', () => {
  it('a live source without a credential is kept for ten seconds, without a call every second', async () => {
    const watch = openWatch()
    server.script.push(page([], '7'), watch)
    const { identity: own } = server
    let asked = 0
    let isOver = false
    const identity: typeof own = {
      ...own,
      async connect(how) {
        if (!isOver) return own.connect(how)
        asked += 1
        throw new KubeError(cause('kubeconfigSessionEnded'), { kind: 'noCredential', sent: false })
      },
    }
    const { kept, reflector } = start(CSRS, { identity })
    const led = await watch.opened
    await becomes(reflector, 'live')
    isOver = true
    led.reset()
    await until(() => asked === 1 || reflector.state.retryAt !== null, 'a wait')
    for (let count = 1; reflector.state.state === 'reconnecting'; count += 1) {
      clock.advance(waitOf(reflector))
      await until(() => asked === count && reflector.state.retryAt !== null, `try ${count}`)
    }
    expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting', 'unauthorized'])
    // Half of 0.5, 1, 2, 4 and 8 s, and the rest of the ten.
    expect(asked).toBe(7)
  })
})

it('a source that is stopped while it asks for readiness ends', async () => {
  server.script.push(refuse(404, 'x'))
  const { reflector } = start(OPENSHIFT_MACHINES)
  await asked(2)
  await reflector.stop()
  expect(clock.alarms).toEqual([])
})

/** Milliseconds until the next attempt. */
const waitOf = ({ state }: Reflector) => Date.parse(state.retryAt ?? '') - clock.now()

/** Passes the wait, until the request of that number has arrived. */
async function nextTry(reflector: Reflector, requests: number): Promise<void> {
  await waits(reflector)
  clock.advance(waitOf(reflector))
  await asked(requests)
}

/** Milliseconds until a first denial is final. Each attempt also asks for the readiness. */
async function msInDoubt(reflector: Reflector): Promise<number> {
  await asked(2)
  const since = clock.now()
  for (let requests = 3; reflector.state.state === 'connecting'; requests += 2) {
    await nextTry(reflector, requests)
    await waits(reflector)
  }
  return clock.now() - since
}

describe('silence', () => {
  it('a half-open watch is noticed within 30 s and shown as stale', async () => {
    const { kept, reflector } = await live([rawCsr('a')])
    // From now on the server sends nothing, not even the agreed end.
    clock.advance(27_999)
    expect(reflector.state.state).toBe('live')
    clock.advance(1)
    await becomes(reflector, 'reconnecting')
    clock.advance(2_000)
    await becomes(reflector, 'stale')
    expect(reflector.state.lastHeardAt).toBe('2026-11-24T12:00:00.000Z')
    expect(names(kept)).toEqual(['a'])
  })

  it('an answer that never begins counts as silence, and is given up after 10 s', async () => {
    const second = openWatch()
    server.script.push(page([], '7'), () => {}, page([], '7'), second)
    const { reflector } = start(CSRS)
    await asked(2)
    clock.advance(10_000)
    await until(() => reflector.state.causes.length > 0, 'a reason')
    expect(reflector.state.causes).toMatchObject([{ code: 'watchSilent', values: { seconds: 10 } }])
    clock.advance(250)
    await becomes(reflector, 'live')
  })

  it('an event in each watch keeps the source live', async () => {
    server.script.push(page([], '7'))
    const watches = Array.from({ length: 5 }, openWatch)
    server.script.push(...watches)
    const { kept } = start(CSRS)
    for (const [n, watch] of watches.entries()) {
      const led = await watch.opened
      led.send('ADDED', rawCsr(`n${n}`))
      await until(() => kept.items.size === n + 1, `event ${n}`)
      clock.advance(20_000)
      led.end()
    }
    expect(phases(kept)).toEqual(['live'])
  })

  it('a watch longer than asked for is cut, and resumes at its version', async () => {
    const second = openWatch()
    const { kept, reflector, led } = await live([], page([], '9'), second)
    clock.advance(27_000)
    led.send('ADDED', rawCsr('a', { resourceVersion: '9' }))
    await until(() => kept.items.size === 1, 'the event')
    clock.advance(1_000)
    await becomes(reflector, 'reconnecting')
    expect(reflector.state.causes).toMatchObject([{ code: 'watchNotEnded' }])
    await nextTry(reflector, 4)
    await becomes(reflector, 'live')
    expect(server.exchanges[3]?.query.get('resourceVersion')).toBe('9')
  })

  it('a watch with only line feeds is begun again, and is not live before its first event', async () => {
    const second = openWatch()
    const { kept, reflector, led } = await live([], page([rawCsr('a')], '8'), second)
    for (let second = 1; second <= 28; second += 1) {
      led.raw('\n')
      clock.advance(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await becomes(reflector, 'reconnecting')
    expect(reflector.state.causes).toMatchObject([{ code: 'watchSaidNothing' }])
    await nextTry(reflector, 4)
    const again = await second.opened
    again.raw('\n')
    expect([reflector.state.state, names(kept)]).toEqual(['reconnecting', ['a']])
    again.send('ADDED', rawCsr('b'))
    await becomes(reflector, 'live')
    expect(names(kept)).toEqual(['a', 'b'])
  })

  it('after a sleep the source is stale at once, the watch is cut within a second, and it is live again', async () => {
    const second = openWatch()
    const { kept, reflector } = await live([rawCsr('a')], page([], '8'), second)
    clock.moveHands(8 * 3_600_000)
    expect(reflector.state.state).toBe('stale')
    clock.advance(1_000)
    await nextTry(reflector, 4)
    await becomes(reflector, 'live')
    expect([...new Set(phases(kept))]).toEqual(['live', 'stale'])
  })

  it('after a sleep while reconnecting the source is stale at once', async () => {
    const { reflector, led } = await live([])
    led.reset()
    await becomes(reflector, 'reconnecting')
    clock.moveHands(8 * 3_600_000)
    expect(reflector.state.state).toBe('stale')
  })

  it('the source becomes stale while it reconnects in vain', async () => {
    const { reflector, led } = await live([])
    led.reset()
    await becomes(reflector, 'reconnecting')
    clock.advance(30_000)
    expect(reflector.state.state).toBe('stale')
  })
})
