import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Csr, MachineObject } from '#lib/csr/model.ts'
import {
  openWatch,
  page,
  type Responder,
  refuse,
  type ScriptedServer,
  startScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { rawCsr, rawMetadata } from '#lib/kube/fixtures/raw-objects.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { bearerIdentity } from '#lib/kube/identity.ts'
import { type Reflector, type ReflectorState, reflect } from '#lib/kube/reflector.ts'
import {
  CLUSTER_API_MACHINES,
  CSRS,
  OPENSHIFT_MACHINES,
  type Resource,
} from '#lib/kube/resources.ts'

/** What a sink has been told, as somebody who keeps it would have it. */
interface Kept<T> {
  readonly items: Map<string, T>
  readonly removed: string[]
  readonly states: ReflectorState[]
  replaces: number
}

const CSRS_PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

let server: ScriptedServer
let clock: ManualClock
let reflectors: Reflector[]

beforeEach(async () => {
  server = await startScriptedServer()
  clock = manualClock()
  reflectors = []
})

afterEach(async () => {
  await Promise.all(reflectors.map((reflector) => reflector.stop()))
  await server.close()
})

function start<T extends { uid: string }>(
  resource: Resource<T>,
  options: { identity?: ScriptedServer['identity']; onUpsert?: (item: T) => void } = {},
): { kept: Kept<T>; reflector: Reflector } {
  const kept: Kept<T> = { items: new Map(), removed: [], states: [], replaces: 0 }
  const reflector = reflect<T>({
    identity: options.identity ?? server.identity,
    resource,
    clock,
    random: () => 0.5,
    sink: {
      replace(items) {
        kept.replaces += 1
        kept.items.clear()
        for (const item of items) kept.items.set(item.uid, item)
      },
      upsert(item) {
        options.onUpsert?.(item)
        kept.items.set(item.uid, item)
      },
      remove(uid) {
        kept.removed.push(uid)
        kept.items.delete(uid)
      },
      state: (state) => kept.states.push(state),
    },
  })
  reflectors.push(reflector)
  return { kept, reflector }
}

const names = (kept: Kept<Csr>): string[] => [...kept.items.values()].map(({ name }) => name)
const phases = (kept: Kept<unknown>): string[] => kept.states.map(({ state }) => state)
const isLive = (reflector: Reflector) => () => reflector.state.state === 'live'
/** The request of that number has arrived. */
const asked = (count: number) =>
  until(() => server.exchanges.length >= count, `request ${count} to arrive`)

describe('list and watch', () => {
  it('lists by pages of 500, then watches from the version of the list', async () => {
    const watch = openWatch()
    server.script.push(
      page([rawCsr('a'), rawCsr('b')], '7', 'token-2'),
      page([rawCsr('c')], '7'),
      watch,
    )
    const { kept, reflector } = start(CSRS)
    await until(isLive(reflector), 'live')

    expect(names(kept)).toEqual(['a', 'b', 'c'])
    expect(server.exchanges.map(({ path }) => path)).toEqual([CSRS_PATH, CSRS_PATH, CSRS_PATH])
    expect(server.exchanges.map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '500' },
      { limit: '500', continue: 'token-2' },
      { watch: 'true', resourceVersion: '7', allowWatchBookmarks: 'true', timeoutSeconds: '23' },
    ])
    expect(server.exchanges[0]?.headers.authorization).toBe('Bearer test-token')
  })

  it('follows what is added, modified and deleted', async () => {
    const watch = openWatch()
    server.script.push(page([rawCsr('a'), rawCsr('b')], '7'), watch)
    const { kept } = start(CSRS)
    const led = await watch.opened
    led.send('ADDED', rawCsr('c'))
    led.send('MODIFIED', rawCsr('a', { status: { certificate: 'Y2VydA==' } }))
    led.send('DELETED', rawCsr('b'))
    await until(() => kept.removed.length > 0, 'b to go')

    expect(names(kept)).toEqual(['a', 'c'])
    expect(kept.items.get('uid-of-a')?.certificate).toBe('Y2VydA==')
  })

  it('goes on from the last bookmark when the watch has run its time', async () => {
    const [first, second] = [openWatch(), openWatch()]
    server.script.push(page([], '7'), first, second)
    const { kept, reflector } = start(CSRS)
    const led = await first.opened
    await until(isLive(reflector), 'live')
    led.send('BOOKMARK', { metadata: { resourceVersion: '99' } })
    led.end()
    await second.opened

    expect(server.exchanges[2]?.query.get('resourceVersion')).toBe('99')
    expect(phases(kept)).toEqual(['live'])
    expect(kept.replaces).toBe(1)
  })

  it('takes the same name with another uid as a removal and an addition', async () => {
    const watch = openWatch()
    server.script.push(page([rawCsr('a', { uid: 'old' })], '7'), watch)
    const { kept } = start(CSRS)
    ;(await watch.opened).send('ADDED', rawCsr('a', { uid: 'new' }))
    await until(() => kept.items.has('new'), 'the new one')

    expect(kept.removed).toEqual(['old'])
    expect([...kept.items.keys()]).toEqual(['new'])
  })

  it('does not take a late DELETED of the old one for the new one', async () => {
    const watch = openWatch()
    server.script.push(page([rawCsr('a', { uid: 'old' })], '7'), watch)
    const { kept } = start(CSRS)
    const led = await watch.opened
    led.send('ADDED', rawCsr('a', { uid: 'new' }))
    led.send('DELETED', rawCsr('a', { uid: 'old' }))
    led.send('ADDED', rawCsr('z'))
    await until(() => kept.items.has('uid-of-z'), 'the last event')

    expect([...kept.items.keys()]).toEqual(['new', 'uid-of-z'])
  })

  it('delivers nothing after stop, and leaves no open watch and no alarm', async () => {
    const watch = openWatch()
    server.script.push(page([], '7'), watch)
    const seen: string[] = []
    const { reflector } = start(CSRS, {
      onUpsert(item) {
        seen.push(item.name)
        void reflector.stop()
      },
    })
    const led = await watch.opened
    led.raw(
      `${['a', 'b', 'c'].map((n) => JSON.stringify({ type: 'ADDED', object: rawCsr(n) })).join('\n')}\n`,
    )
    await until(() => seen.length > 0, 'the first event')
    await reflector.stop()
    await reflector.stop()
    await until(() => server.exchanges[1]?.socket.destroyed === true, 'the watch to be hung up')

    expect(seen).toEqual(['a'])
    expect(clock.alarms).toEqual([])
  })
})

describe('objects that cannot be read', () => {
  it('are set aside and counted, the others unharmed', async () => {
    const watch = openWatch()
    const garbage = [{ metadata: { name: 'x' }, spec: 7 }, null, 'text']
    server.script.push(page([rawCsr('a'), ...garbage], '7'), watch)
    const { kept, reflector } = start(CSRS)
    const led = await watch.opened
    expect(names(kept)).toEqual(['a'])
    expect(reflector.state.setAside).toBe(3)

    led.send('MODIFIED', rawCsr('a', { spec: { usages: 'all' } }))
    led.send('ADDED', rawCsr('b'))
    await until(() => kept.items.has('uid-of-b'), 'b')
    expect(kept.removed).toEqual(['uid-of-a'])
    await until(() => reflector.state.setAside === 4, 'a to be counted')

    led.send('MODIFIED', rawCsr('a'))
    await until(() => kept.items.has('uid-of-a'), 'a, mended')
    await until(() => reflector.state.setAside === 3, 'a not to be counted')
  })

  it('are set aside too when the code downstream breaks on them', async () => {
    const watch = openWatch()
    server.script.push(page([], '7'), watch)
    const { kept, reflector } = start(CSRS, {
      onUpsert(item) {
        if (item.name === 'poison') throw new Error('cannot be derived')
      },
    })
    const led = await watch.opened
    led.send('ADDED', rawCsr('poison'))
    led.send('ADDED', rawCsr('b'))
    await until(() => kept.items.has('uid-of-b'), 'b')
    await until(() => reflector.state.setAside === 1, 'the count')
    expect(reflector.state.state).toBe('live')
  })
})

describe('trouble', () => {
  it.each<[string, string, 'reset' | 'end']>([
    ['a reset in the middle of a line', '{"type":"ADD', 'reset'],
    ['an end in the middle of a line', '{"type":"ADD', 'end'],
    ['a reset', '', 'reset'],
  ])('%s: the watch goes on where it was, without a list', async (_, rest, how) => {
    const [first, second] = [openWatch(), openWatch()]
    server.script.push(page([rawCsr('a')], '7'), first, second)
    const { kept, reflector } = start(CSRS)
    const led = await first.opened
    await until(isLive(reflector), 'live')
    led.raw(rest)
    led[how]()
    await until(() => reflector.state.state === 'reconnecting', 'reconnecting')
    // Half of the first ceiling: random is 0.5.
    expect(reflector.state.retryAt).toBe('2026-11-24T12:00:00.250Z')
    clock.advance(250)
    ;(await second.opened).send('ADDED', rawCsr('b'))
    await until(() => kept.items.has('uid-of-b'), 'b')

    expect(server.exchanges[2]?.query.get('resourceVersion')).toBe('7')
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
  ])('%s: exactly one list, at once', async (_, gone) => {
    const watch = openWatch()
    server.script.push(
      page([rawCsr('a'), rawCsr('b')], '7'),
      gone,
      page([rawCsr('b')], '50'),
      watch,
    )
    const { kept, reflector } = start(CSRS)
    await watch.opened
    await until(isLive(reflector), 'live')

    expect(kept.replaces).toBe(2)
    expect(names(kept)).toEqual(['b'])
    expect(server.exchanges).toHaveLength(4)
    expect(server.exchanges[3]?.query.get('resourceVersion')).toBe('50')
  })

  it('410 again and again: lists, but not in a tight loop', async () => {
    server.script.push(page([], '7'), refuse(410, 'old'), page([], '8'), refuse(410, 'old'))
    const { reflector } = start(CSRS)
    await until(() => reflector.state.retryAt !== null, 'a wait')
    expect(server.exchanges).toHaveLength(4)
  })

  it('an expired continue token: one list from the beginning', async () => {
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
    expect(names(kept)).toEqual(['b', 'c'])
    expect(kept.replaces).toBe(1)
    expect(server.exchanges[2]?.query.has('continue')).toBe(false)
  })

  it.each([
    ['429', 429],
    ['503', 503],
  ])('%s with Retry-After: waits that long', async (_, code) => {
    const watch = openWatch()
    const busy = refuse(code, 'too busy', { headers: { 'retry-after': '7' } })
    server.script.push(busy, page([], '7'), watch)
    const { reflector } = start(CSRS)
    await until(() => reflector.state.retryAt !== null, 'a wait')
    expect(reflector.state).toMatchObject({ state: 'connecting', message: 'too busy' })
    clock.advance(7_000)
    expect(server.exchanges).toHaveLength(1)
    clock.advance(250)
    await until(isLive(reflector), 'live')
  })

  it('a redirect is not followed', async () => {
    const other = await startScriptedServer()
    server.script.push((exchange) => exchange.json(302, {}, { location: other.endpoint.origin }))
    const { reflector } = start(CSRS)
    await until(() => reflector.state.state === 'unreachable', 'unreachable')
    expect(reflector.state.message).toContain('redirect')
    expect(other.exchanges).toHaveLength(0)
    await other.close()
  })

  it('a page that is too large: asks for fewer at a time', async () => {
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

  it('keeps trying a server that is not there, and names the reason', async () => {
    const { endpoint } = server
    await server.close()
    const identity = bearerIdentity('tester', endpoint, 'token')
    const { kept, reflector } = start(CSRS, { identity })
    const waits = () => kept.states.filter(({ retryAt }) => retryAt !== null).length
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await until(() => waits() === attempt, `wait ${attempt}`)
      const [wait = 0] = clock.alarms
      expect(wait).toBeLessThanOrEqual(1_500)
      clock.advance(wait)
    }
    expect(reflector.state.state).toBe('unreachable')
    expect(reflector.state.message).toContain('connection refused')
    await identity.close()
  })

  it('retryNow cuts the wait short', async () => {
    const watch = openWatch()
    server.script.push(refuse(500, 'broken'), page([], '7'), watch)
    const { reflector } = start(CSRS)
    await until(() => reflector.state.retryAt !== null, 'a wait')
    reflector.retryNow()
    await until(isLive(reflector), 'live')
  })
})

describe('permission', () => {
  it.each([
    ['401', 401, 'unauthorized'],
    ['403', 403, 'forbidden'],
  ])('%s: says so in the API server’s words, and asks again', async (_, code, phase) => {
    const watch = openWatch()
    server.script.push(refuse(code, 'csrs are forbidden: User "a"'), page([], '7'), watch)
    const { reflector } = start(CSRS)
    await until(() => reflector.state.state === phase, phase)
    expect(reflector.state.message).toBe('csrs are forbidden: User "a"')
    clock.advance(500)
    await until(isLive(reflector), 'live')
  })

  it('once is not in earnest for what was live: an API server that starts denies everything', async () => {
    const first = openWatch()
    server.script.push(page([], '7'), first, refuse(403, 'no'), refuse(403, 'no'))
    const { kept, reflector } = start(CSRS)
    const led = await first.opened
    await until(isLive(reflector), 'live')
    led.reset()
    for (const requests of [3, 4]) {
      await until(() => reflector.state.retryAt !== null, 'a wait')
      clock.advance(clock.alarms[0] ?? 0)
      await asked(requests)
    }
    await until(() => reflector.state.state === 'forbidden', 'forbidden')
    expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting', 'forbidden'])
  })
})

describe('silence', () => {
  it('a half-open watch is noticed within 30 s and shown as stale', async () => {
    const watch = openWatch()
    server.script.push(page([rawCsr('a')], '7'), watch)
    const { kept, reflector } = start(CSRS)
    await until(isLive(reflector), 'live')
    // Nothing comes any more, not even the end that was agreed.
    clock.advance(27_999)
    expect(reflector.state.state).toBe('live')
    clock.advance(1)
    await until(() => reflector.state.state === 'reconnecting', 'reconnecting')
    clock.advance(2_000)
    await until(() => reflector.state.state === 'stale', 'stale')
    expect(reflector.state.lastHeardAt).toBe('2026-11-24T12:00:00.000Z')
    expect(names(kept)).toEqual(['a'])
  })

  it('an answer that never begins counts as silence, and is given up after 10 s', async () => {
    const second = openWatch()
    server.script.push(page([], '7'), () => {}, second)
    const { reflector } = start(CSRS)
    await asked(2)
    clock.advance(10_000)
    await until(() => reflector.state.message !== null, 'a reason')
    expect(reflector.state.message).toContain('10 s')
    clock.advance(250)
    await until(isLive(reflector), 'live')
  })

  it('a word now and then keeps it live', async () => {
    const watch = openWatch()
    server.script.push(page([], '7'), watch)
    const { kept, reflector } = start(CSRS)
    const led = await watch.opened
    await until(isLive(reflector), 'live')
    for (let n = 1; n <= 5; n += 1) {
      clock.advance(20_000)
      led.send('ADDED', rawCsr(`n${n}`))
      await until(() => kept.items.size === n, `event ${n}`)
    }
    expect(phases(kept)).toEqual(['live'])
  })

  it('turns stale while it reconnects in vain', async () => {
    const watch = openWatch()
    server.script.push(page([], '7'), watch)
    const { reflector } = start(CSRS)
    const led = await watch.opened
    await until(isLive(reflector), 'live')
    led.reset()
    await until(() => reflector.state.state === 'reconnecting', 'reconnecting')
    clock.advance(30_000)
    await until(() => reflector.state.state === 'stale', 'stale')
  })
})

describe('APIs that a cluster may not have', () => {
  const group =
    (versions: readonly string[]): Responder =>
    (exchange) =>
      exchange.json(200, { kind: 'APIGroup', versions: versions.map((version) => ({ version })) })
  const resources =
    (...plurals: readonly string[]): Responder =>
    (exchange) =>
      exchange.json(200, { kind: 'APIResourceList', resources: plurals.map((name) => ({ name })) })
  const machine = { metadata: { ...rawMetadata('m'), namespace: 'ns' } }

  it.each<[string, readonly Responder[]]>([
    ['the group is not there', [refuse(404, 'not found')]],
    ['the group has no version we know', [group(['v9'])]],
    ['the version has no such resource', [group(['v1beta1']), resources('machinesets')]],
  ])('%s: absent, asked again after a minute, picked up when installed', async (_, answers) => {
    const watch = openWatch()
    server.script.push(...answers)
    const { kept, reflector } = start<MachineObject>(OPENSHIFT_MACHINES)
    await until(() => reflector.state.state === 'absent', 'absent')
    server.script.push(group(['v1beta1']), resources('machines'), page([machine], '7'), watch)
    clock.advance(60_000)
    await until(isLive(reflector), 'live')
    expect(kept.items.size).toBe(1)
  })

  it.each([
    ['both', ['v1beta1', 'v1beta2'], 'v1beta2'],
    ['the older', ['v1alpha4', 'v1beta1'], 'v1beta1'],
  ])('takes the newest version of Cluster API that is served: %s', async (_, served, version) => {
    const watch = openWatch()
    server.script.push(group(served), resources('machines'), page([], '7'), watch)
    start<MachineObject>(CLUSTER_API_MACHINES)
    await watch.opened
    expect(server.exchanges[2]?.path).toBe(`/apis/cluster.x-k8s.io/${version}/machines`)
  })

  it('a definition that is taken away: its objects go', async () => {
    const [first, second] = [openWatch(), openWatch()]
    server.script.push(group(['v1beta1']), resources('machines'), page([machine], '7'), first)
    server.script.push(refuse(404, 'gone'), refuse(404, 'gone'), second)
    const { kept, reflector } = start<MachineObject>(OPENSHIFT_MACHINES)
    const led = await first.opened
    await until(isLive(reflector), 'live')
    clock.advance(2_000)
    led.end()
    await until(() => reflector.state.retryAt !== null, 'a wait')
    clock.advance(500)
    await until(() => reflector.state.state === 'absent', 'absent')
    expect(kept.items.size).toBe(0)
  })
})

it('a connection that is accepted and never answered does not hang the first list', async () => {
  const mute = createTcpServer(() => {})
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const identity = bearerIdentity('tester', { ...server.endpoint, origin }, 'token')
  const { reflector } = start(CSRS, { identity })
  await reflector.stop()
  await identity.close()
  await new Promise((resolve) => mute.close(resolve))
  expect(reflector.state.state).toBe('connecting')
})
