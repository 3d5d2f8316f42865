import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Csr, MachineObject } from '#lib/csr/model.ts'
import {
  ok,
  openWatch,
  page,
  type Responder,
  refuse,
  type ScriptedServer,
} from '#lib/kube/fixtures/api-server.ts'
import { bearerIdentity } from '#lib/kube/fixtures/bearer-identity.ts'
import type { ManualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { rawCsr, rawMetadata } from '#lib/kube/fixtures/raw-objects.ts'
import {
  becomes,
  names,
  phases,
  type ReflectorRig,
  startReflectorRig,
  waits,
} from '#lib/kube/fixtures/reflector-rig.ts'
import { until } from '#lib/kube/fixtures/until.ts'
import { CLUSTER_API_MACHINES, CSRS, OPENSHIFT_MACHINES } from '#lib/kube/objects/resources.ts'
import { actsAsItself } from '#lib/kube/transport/acting-identity.ts'

const CSRS_PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

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

describe('list and watch', () => {
  it('a source is listed by pages of 500, then watched from the version of the list', async () => {
    server.script.push(page([rawCsr('a'), rawCsr('b')], '7', 'token-2'), page([rawCsr('c')], '7'))
    server.script.push(openWatch())
    const { kept, reflector } = start(CSRS)
    await becomes(reflector, 'live')

    expect(names(kept)).toEqual(['a', 'b', 'c'])
    expect(server.exchanges.map(({ path }) => path)).toEqual([CSRS_PATH, CSRS_PATH, CSRS_PATH])
    expect(server.exchanges.map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '500' },
      { limit: '500', continue: 'token-2' },
      { watch: 'true', resourceVersion: '7', allowWatchBookmarks: 'true', timeoutSeconds: '23' },
    ])
    expect(server.exchanges[0]?.headers.authorization).toBe('Bearer test-token')
  })

  it('the store begins with the pages of the first list while later ones are read', async () => {
    const begun: string[][] = []
    const onBegin = (items: readonly Csr[]) => begun.push(items.map(({ name }) => name))
    const watch = openWatch()
    server.script.push(page([rawCsr('a')], '7', 'token-2'), page([rawCsr('b')], '7'), watch)
    const { reflector } = start(CSRS, { onBegin })
    const led = await watch.opened
    await becomes(reflector, 'live')
    expect(begun).toEqual([['a'], ['b']])
    server.script.push(page([rawCsr('c')], '9'), openWatch())
    led.send('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })
    await until(() => server.unanswered.length === 0 && server.script.length === 0, 'a new list')
    expect(begun).toHaveLength(2)
  })

  it('a first list that fails after a page leaves none of its objects in the store', async () => {
    server.script.push(page([rawCsr('a')], '7', 'token-2'), refuse(503, 'etcd is down'))
    const { kept, reflector } = start(CSRS, { early: 25 })
    await waits(reflector)
    expect([names(kept), kept.removed]).toEqual([[], ['uid-of-a']])
  })

  it('the store follows added, modified and deleted objects', async () => {
    const { kept, led } = await live([rawCsr('a'), rawCsr('b')])
    led.send('ADDED', rawCsr('c'))
    led.send('MODIFIED', rawCsr('a', { status: { certificate: 'Y2VydA==' } }))
    led.send('DELETED', rawCsr('b'))
    await until(() => kept.removed.length > 0, 'b to go')

    expect(names(kept)).toEqual(['a', 'c'])
    expect(kept.items.get('uid-of-a')?.certificate).toBe('Y2VydA==')
  })

  it('a watch resumes at the last bookmark when it has run its time', async () => {
    const second = openWatch()
    const { kept, led } = await live([], second)
    led.send('BOOKMARK', { metadata: { resourceVersion: '99' } })
    led.end()
    await second.opened

    expect(server.exchanges[2]?.query.get('resourceVersion')).toBe('99')
    expect(phases(kept)).toEqual(['live'])
    expect(kept.replaces).toBe(1)
  })

  it('the same name with another uid is a removal and an addition', async () => {
    const watch = openWatch()
    server.script.push(page([rawCsr('a', { uid: 'old' })], '7'), watch)
    const { kept } = start(CSRS)
    ;(await watch.opened).send('ADDED', rawCsr('a', { uid: 'new' }))
    await until(() => kept.items.has('new'), 'the new one')

    expect(kept.removed).toEqual(['old'])
    expect([...kept.items.keys()]).toEqual(['new'])
  })

  it('a late DELETED of the old object is not taken for the new one', async () => {
    const { kept, led } = await live([rawCsr('a', { uid: 'old' })])
    led.send('ADDED', rawCsr('a', { uid: 'new' }))
    led.send('DELETED', rawCsr('a', { uid: 'old' }))
    led.send('ADDED', rawCsr('z'))
    await until(() => kept.items.has('uid-of-z'), 'the last event')

    expect([...kept.items.keys()]).toEqual(['new', 'uid-of-z'])
  })

  it('after stop nothing is delivered, and no watch or alarm is left', async () => {
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
  it('unreadable objects are left out and counted, and the others are unharmed', async () => {
    const watch = openWatch()
    const garbage = [{ metadata: { name: 'x' }, spec: 7 }, null, 'text']
    server.script.push(page([rawCsr('a'), ...garbage], '7'), watch)
    const { kept, reflector } = start(CSRS)
    const led = await watch.opened
    expect(names(kept)).toEqual(['a'])
    expect(reflector.state.setAside).toBe(3)
    expect([...kept.remains.values()]).toEqual([])

    led.send('MODIFIED', rawCsr('a', { spec: { usages: 'all' } }))
    led.send('ADDED', rawCsr('b'))
    await until(() => kept.items.has('uid-of-b'), 'b')
    expect(kept.removed).toEqual(['uid-of-a'])
    await until(() => reflector.state.setAside === 4, 'a to be counted')
    expect([...kept.remains]).toEqual([['uid-of-a', 'a']])

    led.send('MODIFIED', rawCsr('a'))
    await until(() => kept.items.has('uid-of-a'), 'a, mended')
    await until(() => reflector.state.setAside === 3, 'a not to be counted')
    expect(kept.remains.size).toBe(0)
  })

  it('unreadable objects count as existing for as long as they do', async () => {
    const [first, second] = [openWatch(), openWatch()]
    const broken = (name: string, uid = `uid-of-${name}`) => ({ metadata: { name, uid }, spec: 7 })
    server.script.push(page([broken('a'), broken('b'), broken('c'), rawCsr('d')], '7'), first)
    const { kept, reflector } = start(CSRS)
    const led = await first.opened
    const remains = () => [...kept.remains.values()]
    expect(remains()).toEqual(['a', 'b', 'c'])

    led.send('DELETED', broken('a'))
    led.send('ADDED', broken('e'))
    led.send('DELETED', broken('e'))
    led.send('MODIFIED', rawCsr('b'))
    // Recreated under the same name, with another uid.
    led.send('ADDED', broken('d', 'uid-of-another'))
    await until(() => kept.remains.has('uid-of-another'), 'd, put aside')
    expect([remains(), names(kept)]).toEqual([['c', 'd'], ['b']])

    server.script.push(page([broken('d', 'uid-of-another')], '9'), second)
    led.send('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' })
    await second.opened
    await becomes(reflector, 'live')
    expect([remains(), names(kept)]).toEqual([['d'], []])
  })

  it('objects that break the store are left out, too, until a list that it can take', async () => {
    const [first, second] = [openWatch(), openWatch()]
    server.script.push(page([rawCsr('poison'), rawCsr('a')], '7'), first)
    let breaks = false
    const { kept, reflector } = start(CSRS, {
      onUpsert(item) {
        if (breaks && item.name === 'poison') throw new Error('cannot be derived')
      },
    })
    const led = await first.opened
    expect(names(kept)).toEqual(['poison', 'a'])
    breaks = true
    led.send('MODIFIED', rawCsr('poison', { resourceVersion: '8' }))
    led.send('ADDED', rawCsr('b'))
    await until(() => kept.items.has('uid-of-b'), 'b')
    expect(names(kept)).toEqual(['a', 'b'])
    expect(kept.states.at(-1)).toMatchObject({ state: 'live', setAside: 1 })
    expect(kept.errors).toHaveLength(1)

    breaks = false
    server.script.push(page([rawCsr('poison', { resourceVersion: '8' }), rawCsr('a')], '9'), second)
    led.send('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' })
    await second.opened
    await becomes(reflector, 'live')
    expect(names(kept).toSorted()).toEqual(['a', 'poison'])
    expect(kept.states.at(-1)).toMatchObject({ state: 'live', setAside: 0 })
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
  ])(
    'an API %s is absent, asked for after a minute, and followed once it is installed',
    async (_, answers) => {
      const watch = openWatch()
      server.script.push(...answers, ok, ...answers)
      const { kept, reflector } = start<MachineObject>(OPENSHIFT_MACHINES)
      await becomes(reflector, 'absent')
      server.script.push(group(['v1beta1']), resources('machines'), page([machine], '7'), watch)
      clock.advance(60_000)
      await becomes(reflector, 'live')
      expect(kept.items.size).toBe(1)
    },
  )

  it.each([
    ['both', ['v1beta1', 'v1beta2'], 'v1beta2'],
    ['the older', ['v1alpha4', 'v1beta1'], 'v1beta1'],
  ])('the newest served version of Cluster API is used: %s', async (_, served, version) => {
    const watch = openWatch()
    server.script.push(group(served), resources('machines'), page([], '7'), watch)
    start<MachineObject>(CLUSTER_API_MACHINES)
    await watch.opened
    expect(server.exchanges[2]?.path).toBe(`/apis/cluster.x-k8s.io/${version}/machines`)
  })

  it('the objects go when their definition is missing for ten seconds', async () => {
    const first = openWatch()
    server.script.push(group(['v1beta1']), resources('machines'), page([machine], '7'), first)
    server.script.push(...Array.from({ length: 40 }, () => refuse(404, 'gone')))
    const { kept, reflector } = start<MachineObject>(OPENSHIFT_MACHINES)
    const led = await first.opened
    await becomes(reflector, 'live')
    clock.advance(2_000)
    led.end()
    await waits(reflector)
    const since = clock.now()
    while (reflector.state.state === 'reconnecting') {
      expect(kept.items.size).toBe(1)
      const asked = server.exchanges.length
      clock.advance(Date.parse(reflector.state.retryAt ?? '') - clock.now())
      await until(() => server.exchanges.length > asked, 'another try')
      await waits(reflector)
    }
    expect(reflector.state.state).toBe('absent')
    expect(clock.now() - since).toBeGreaterThanOrEqual(10_000)
    expect(kept.items.size).toBe(0)
    // The readiness was not asked for: another API server may have answered.
    expect(server.exchanges.map(({ path }) => path)).not.toContain('/readyz')
  })

  it('a definition that a starting API server does not know yet is not gone', async () => {
    const [first, second] = [openWatch(), openWatch()]
    server.script.push(group(['v1beta1']), resources('machines'), page([machine], '7'), first)
    // The answers to the watch and to the version; then the definition is known.
    server.script.push(refuse(404, 'x'), group(['v1beta1']), refuse(404, 'x'))
    server.script.push(group(['v1beta1']), resources('machines'), page([machine], '8'), second)
    const { kept, reflector } = start<MachineObject>(OPENSHIFT_MACHINES)
    const led = await first.opened
    await becomes(reflector, 'live')
    clock.advance(2_000)
    led.end()
    for (const requests of [6, 8]) {
      await waits(reflector)
      clock.advance(500)
      await until(() => server.exchanges.length >= requests, `request ${requests}`)
    }
    await second.opened
    await becomes(reflector, 'live')
    expect([...new Set(phases(kept))]).toEqual(['live', 'reconnecting'])
    expect(kept.removed).toEqual([])
  })
})

it('a connection that is never answered does not hang the first list', async () => {
  const mute = createTcpServer(() => {})
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const identity = actsAsItself(bearerIdentity('tester', { ...server.endpoint, origin }, 'token'))
  const { reflector } = start(CSRS, { identity })
  await reflector.stop()
  await identity.close()
  await new Promise((resolve) => mute.close(resolve))
  expect(reflector.state.state).toBe('connecting')
})
