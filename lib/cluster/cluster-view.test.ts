import { beforeEach, describe, expect, it } from 'vitest'
import { type ClusterView, followCluster } from '#lib/cluster/cluster-view.ts'
import {
  type ScriptedReflectors,
  scriptedReflectors,
} from '#lib/cluster/fixtures/scripted-reflectors.ts'
import { makeCertificate } from '#lib/csr/fixtures/make-certificate.ts'
import { approved, denied, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { SourceState } from '#lib/csr/model.ts'
import { World } from '#lib/csr/world/world.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { CLIENT_CSRS, OTHER_CSRS, SERVING_CSRS } from '#lib/kube/objects/csr-parts.ts'
import {
  CLUSTER_API_MACHINES,
  NODES,
  OPENSHIFT_MACHINES,
  type Resource,
} from '#lib/kube/objects/resources.ts'

const REQUEST = makeCsr().request

let clock: ManualClock
let world: World
let view: ClusterView
let script: ScriptedReflectors['script']
/** Reason against trust after each slice of work. */
let reasons: (string | null)[]
/** Uids of the reported requests. */
let told: string[]

beforeEach(() => {
  clock = manualClock()
  world = new World()
  reasons = []
  told = []
  const reflectors = scriptedReflectors(clock)
  script = reflectors.script
  view = followCluster({
    world,
    follow: reflectors.follow,
    server: 'https://api:6443',
    askStore: async () => 'ready',
    clock,
    onRequest: ({ csr }) => {
      told.push(csr.uid)
    },
    onSlice: () => {
      reasons.push(why())
    },
    onError: (error) => {
      throw error
    },
  })
})

function why(): string | null {
  return view.whyNotKnown()?.what ?? null
}

function enter<T>(resource: Resource<T>, state: SourceState): void {
  script(resource).enter(state)
  clock.advance(0)
}

function allLive(): void {
  for (const csrs of [CLIENT_CSRS, SERVING_CSRS, OTHER_CSRS]) enter(csrs, 'live')
  enter(NODES, 'live')
  enter(OPENSHIFT_MACHINES, 'live')
  enter(CLUSTER_API_MACHINES, 'absent')
}

it('the view is not known before every request of the first list was read', () => {
  const many = Array.from({ length: 2_000 }, (_, n) => makeCsr({ name: `a${n}`, request: REQUEST }))
  enter(NODES, 'live')
  for (const csrs of [CLIENT_CSRS, OTHER_CSRS]) enter(csrs, 'live')
  for (const machines of [OPENSHIFT_MACHINES, CLUSTER_API_MACHINES]) enter(machines, 'live')
  script(SERVING_CSRS).list(...many)
  // Alternates with slices of a few milliseconds; a request takes a third of one.
  const seen: (string | null)[] = []
  const look = () => {
    if (world.requests.claims.size === 2_000) return
    seen.push(why())
    clock.after(0, look)
  }
  clock.after(0, look)
  enter(SERVING_CSRS, 'live')
  expect(world.requests.claims.size).toBe(2_000)
  expect(why()).toBeNull()
  expect(seen.length).toBeGreaterThan(5)
  expect(seen).not.toContain(null)
  // Every request has been reported to the brake.
  expect(told).toHaveLength(2_000)
})

it('the view reads what arrives, and reports it', () => {
  allLive()
  reasons = []
  script(NODES).list(makeNode())
  script(SERVING_CSRS).list(makeCsr({ name: 'a' }))
  clock.advance(0)
  expect(world.requests.uidOf('a')).not.toBeNull()
  expect(world.cluster.node('worker-1')).not.toBeNull()
  expect(reasons).toEqual([null])
})

it('a denial of a known request is not queued behind unread requests of its requestor', () => {
  allLive()
  const mine = makeCsr({ name: 'mine', request: REQUEST })
  const { put } = script(SERVING_CSRS)
  put(mine)
  clock.advance(0)
  for (let n = 0; n < 500; n += 1) put(makeCsr({ name: `a${n}`, request: REQUEST }))
  put({ ...denied(mine), resourceVersion: '2' })
  clock.advance(0)
  expect(told.at(-1)).not.toBe(mine.uid)
  expect(told).toHaveLength(502)
})

it('a denial of an unread request is not queued behind the others of its requestor', () => {
  allLive()
  script(SERVING_CSRS).list(makeCsr({ name: 'known', request: REQUEST }))
  clock.advance(0)
  told = []
  const flood = Array.from({ length: 500 }, (_, n) => makeCsr({ name: `a${n}`, request: REQUEST }))
  const last = makeCsr({ name: 'last', request: REQUEST })
  const { put } = script(SERVING_CSRS)
  for (const csr of [...flood, last, denied(last)]) put(csr)
  clock.advance(0)
  expect([flood[0]?.uid, last.uid]).toContain(told[0])
  // The request's first state is reported as well.
  expect(told.slice(0, 200).filter((uid) => uid === last.uid)).toHaveLength(2)
})

it('an alarm stays when requests may no longer be read, as it counts against the machine', () => {
  allLive()
  const certificate = makeCertificate({ dnsNames: ['worker-1', 'api'] })
  script(SERVING_CSRS).list({ ...approved(makeCsr()), certificate })
  clock.advance(0)
  expect(world.alarms.count('issuedOtherwise')).toBe(1)
  enter(SERVING_CSRS, 'forbidden')
  expect([world.requests.claims.size, world.alarms.count('issuedOtherwise')]).toEqual([0, 1])
})

describe('a flood', () => {
  it.each([
    ['clientCsrs', CLIENT_CSRS],
    ['servingCsrs', SERVING_CSRS],
  ])('of %s is named, as it stops every approval', (source, resource) => {
    allLive()
    expect(view.tooMany()).toBeNull()
    enter(resource, 'tooMany')
    expect([why(), view.tooMany()]).toEqual([`${source}: tooMany`, source])
    enter(resource, 'live')
    expect([why(), view.tooMany()]).toEqual([null, null])
  })

  it.each([
    ['client requests', 'tooMany', CLIENT_CSRS, 'some'],
    ['serving requests', 'tooMany', SERVING_CSRS, 'some'],
    ['other requests', 'tooMany', OTHER_CSRS, 'kubelets'],
    ['other requests', 'unreachable', OTHER_CSRS, 'kubelets'],
    ['other requests', 'reconnecting', OTHER_CSRS, 'all'],
  ] as const)('of %s (%s) is told to the world', (_, state, resource, followed) => {
    expect(world.followed).toBe('all')
    allLive()
    expect(world.followed).toBe('all')
    enter(resource, state)
    expect(world.followed).toBe(followed)
    enter(resource, 'live')
    expect(world.followed).toBe('all')
  })
})
