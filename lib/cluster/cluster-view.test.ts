import { beforeEach, describe, expect, it } from 'vitest'
import { type ClusterView, followCluster, troubleWords } from '#lib/cluster/cluster-view.ts'
import { denied, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { World } from '#lib/csr/world/world.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { said } from '#lib/kube/fixtures/said.ts'
import { CLIENT_CSRS, OTHER_CSRS, SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'
import type { Resource } from '#lib/kube/objects/resources.ts'
import type { Reflector, ReflectorState, Sink } from '#lib/kube/watch/reflector.ts'
import { connecting } from '#lib/kube/watch/source-states.ts'

type Phase = ReflectorState['state']

/** A reflector that the test scripts. */
interface Script {
  readonly sink: Sink<unknown>
  state: ReflectorState
}

/** The kubelet signer of the requests in these tests, and the other one. */
const CSRS = SERVING_CSRS.name
const CLIENTS = CLIENT_CSRS.name
const OTHERS = OTHER_CSRS.name
const NODES = 'nodes'
const OPENSHIFT = 'machines of machine.openshift.io'
const CLUSTER_API = 'machines of cluster.x-k8s.io'

const REQUEST = makeCsr().request

let clock: ManualClock
let world: World
let view: ClusterView
let scripts: Map<string, Script>
/** Reason against trust after each slice of work. */
let troubles: (string | null)[]
/** Uids of the reported requests. */
let told: string[]

beforeEach(() => {
  clock = manualClock()
  world = new World()
  scripts = new Map()
  troubles = []
  told = []
  view = followCluster({
    world,
    follow<T>(resource: Resource<T>, sink: Sink<T>): Reflector {
      const script: Script = { sink: sink as Sink<unknown>, state: connecting('now') }
      scripts.set(resource.name, script)
      return {
        get state() {
          return script.state
        },
        retryNow: () => {},
        stop: async () => {},
      }
    },
    clock,
    onRequest: ({ csr }) => {
      told.push(csr.uid)
    },
    onSlice: () => {
      troubles.push(why())
    },
    onError: (error) => {
      throw error
    },
  })
})

function why(): string | null {
  const trouble = view.trouble()
  return trouble === null ? null : troubleWords(trouble)
}

function script(name: string): Script {
  const found = scripts.get(name)
  if (found === undefined) throw new Error(`nobody follows ${name}`)
  return found
}

function enter(name: string, state: Phase, message: string | null = null): void {
  const one = script(name)
  one.state = { ...one.state, state, causes: message === null ? [] : [said(message)] }
  one.sink.state(one.state)
  clock.advance(0)
}

function allLive(): void {
  for (const name of [NODES, CLIENTS, CSRS, OTHERS, OPENSHIFT]) enter(name, 'live')
  enter(CLUSTER_API, 'absent')
}

it('is trusted when all of it is live, or when the cluster has no Machines', () => {
  expect(why()).toBe('clientCsrs: connecting')
  allLive()
  expect(why()).toBeNull()
  expect(world.readable).toEqual({ nodes: true, machines: true })
  enter(OPENSHIFT, 'absent')
  expect(why()).toBeNull()
  expect(world.readable).toEqual({ nodes: true, machines: 'absent' })
})

it.each<[string, string, Phase, string]>([
  ['requests that are stale', CSRS, 'stale', 'servingCsrs: stale'],
  ['requests that reconnect', CSRS, 'reconnecting', 'servingCsrs: reconnecting'],
  ['Nodes that may not be read', NODES, 'forbidden', 'nodes: forbidden: The API server said: “no”'],
  ['Nodes of which there is no API', NODES, 'absent', 'nodes: absent'],
  [
    'Machines that may not be read',
    OPENSHIFT,
    'forbidden',
    'openshiftMachines: forbidden: The API server said: “no”',
  ],
  ['Machines that reconnect', CLUSTER_API, 'reconnecting', 'clusterApiMachines: reconnecting'],
])('is not trusted: %s', (_, name, state, expected) => {
  allLive()
  enter(name, state, state === 'forbidden' ? 'no' : null)
  expect(why()).toBe(expected)
})

it('notices a lost connection without waiting for its turn', () => {
  allLive()
  const csrs = script(CSRS)
  csrs.state = { ...csrs.state, state: 'reconnecting' }
  expect(why()).toBe('servingCsrs: reconnecting')
})

it('is not trusted before every request of the first list was read', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => makeCsr({ name: `a${n}`, request: REQUEST }))
  for (const name of [NODES, CLIENTS, OTHERS, OPENSHIFT, CLUSTER_API]) enter(name, 'live')
  script(CSRS).sink.replace(many, [])
  // Alternates with slices of a few milliseconds; a request takes a third of one.
  const seen: (string | null)[] = []
  const look = () => {
    if (world.requests.claims.size === 2_000) return
    seen.push(why())
    clock.after(0, look)
  }
  clock.after(0, look)
  enter(CSRS, 'live')
  expect(world.requests.claims.size).toBe(2_000)
  expect(why()).toBeNull()
  expect(seen.length).toBeGreaterThan(5)
  expect(seen).not.toContain(null)
  // Every request has been reported to the brake.
  expect(told).toHaveLength(2_000)
})

it('reads what arrives, and reports it', () => {
  allLive()
  troubles = []
  script(NODES).sink.replace([makeNode()], [])
  script(CSRS).sink.replace([makeCsr({ name: 'a' })], [])
  clock.advance(0)
  expect(world.requests.uidOf('a')).not.toBeNull()
  expect(world.cluster.node('worker-1')).not.toBeNull()
  expect(troubles).toEqual([null])
})

it('a denial of a known request is not queued behind unread requests of its requestor', () => {
  allLive()
  const mine = makeCsr({ name: 'mine', request: REQUEST })
  const { sink } = script(CSRS)
  sink.upsert(mine)
  clock.advance(0)
  for (let n = 0; n < 500; n += 1) sink.upsert(makeCsr({ name: `a${n}`, request: REQUEST }))
  sink.upsert({ ...denied(mine), resourceVersion: '2' })
  clock.advance(0)
  expect(told.at(-1)).not.toBe(mine.uid)
  expect(told).toHaveLength(502)
})

it('nor is a denial of an unread request', () => {
  allLive()
  script(CSRS).sink.replace([makeCsr({ name: 'known', request: REQUEST })], [])
  clock.advance(0)
  told = []
  const flood = Array.from({ length: 500 }, (_, n) => makeCsr({ name: `a${n}`, request: REQUEST }))
  const last = makeCsr({ name: 'last', request: REQUEST })
  const { sink } = script(CSRS)
  for (const csr of [...flood, last, denied(last)]) sink.upsert(csr)
  clock.advance(0)
  expect([flood[0]?.uid, last.uid]).toContain(told[0])
  // The request's first state is reported as well.
  expect(told.slice(0, 200).filter((uid) => uid === last.uid)).toHaveLength(2)
})

it('is not trusted while a change that arrived ten seconds ago is unread', () => {
  allLive()
  script(NODES).sink.upsert(makeNode())
  clock.stall(10_001)
  expect(why()).toBe('what has arrived is being taken in')
  clock.advance(0)
  expect(why()).toBeNull()
})

describe('a flood', () => {
  it.each<Phase>(['tooMany', 'reconnecting', 'stale', 'forbidden', 'unreachable'])(
    'of other signers (%s) stops no approval of kubelets',
    (state) => {
      allLive()
      enter(OTHERS, state)
      expect(why()).toBeNull()
    },
  )

  it('other signers that are not listed yet are waited for, for two seconds', () => {
    for (const name of [NODES, CLIENTS, CSRS, OPENSHIFT]) enter(name, 'live')
    enter(CLUSTER_API, 'absent')
    clock.advance(1_999)
    expect(why()).toBe('otherCsrs: connecting')
    clock.advance(1)
    expect(why()).toBeNull()
  })

  it('other signers that cannot be listed are not waited for', () => {
    for (const name of [NODES, CLIENTS, CSRS, OPENSHIFT]) enter(name, 'live')
    enter(CLUSTER_API, 'absent')
    enter(OTHERS, 'connecting', 'too busy')
    expect(why()).toBeNull()
  })

  it.each([
    [CLIENTS, 'clientCsrs'],
    [CSRS, 'servingCsrs'],
  ])(
    'of %s stops every approval, as keys and the brake are known by both, and is told',
    (name, source) => {
      allLive()
      expect(view.tooMany()).toBeNull()
      enter(name, 'tooMany')
      expect([why(), view.tooMany()]).toEqual([`${source}: tooMany`, source])
      enter(name, 'live')
      expect([why(), view.tooMany()]).toEqual([null, null])
    },
  )

  it.each<[string, Phase, string]>([
    [CLIENTS, 'tooMany', 'some'],
    [CSRS, 'tooMany', 'some'],
    [OTHERS, 'tooMany', 'kubelets'],
    [OTHERS, 'unreachable', 'kubelets'],
    [OTHERS, 'reconnecting', 'all'],
  ])('of %s (%s) is told to the world', (name, state, followed) => {
    expect(world.followed).toBe('all')
    allLive()
    expect(world.followed).toBe('all')
    enter(name, state)
    expect(world.followed).toBe(followed)
    enter(name, 'live')
    expect(world.followed).toBe('all')
  })

  it('of both kubelet signers stops every approval', () => {
    allLive()
    for (const name of [CLIENTS, CSRS]) enter(name, 'tooMany')
    expect(why()).toBe('clientCsrs: tooMany')
  })
})
