import { beforeEach, expect, it } from 'vitest'
import {
  type AnsweredRequest,
  type ApproverContext,
  createJudge,
  type Judge,
} from '#lib/cluster/judge.ts'
import {
  approved,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { Csr } from '#lib/csr/model.ts'
import { DEFAULT_POLICY, type Rule } from '#lib/csr/policy/policy.ts'
import type { World } from '#lib/csr/world/world.ts'

const viewer = { name: 'approver' }
let world: World
let judge: Judge
let context: ApproverContext | null
let now: number
/** Answers as `name: answer`, in order. */
let told: string[]

beforeEach(() => {
  world = makeWorld({
    nodes: [makeNode(), makeNode({ name: 'worker-2', ips: ['198.51.100.12'] })],
    machines: [
      makeMachineObject({ nodeRef: 'worker-1' }),
      makeMachineObject({
        name: 'two',
        ips: ['198.51.100.12'],
        internalDns: ['worker-2'],
        nodeRef: 'worker-2',
      }),
    ],
  })
  context = { ...makeContext(), viewer }
  now = 0
  told = []
  judge = createJudge({
    world,
    context: () => context,
    now: () => now,
    onAnswer: ({ claim, answer }: AnsweredRequest) =>
      told.push(`${claim.csr.name}: ${answer.act === 'approve' ? 'approve' : answer.because}`),
    onGone: ({ claim }) => told.push(`${claim.csr.name}: gone`),
    onError: (error) => told.push(String(error)),
  })
})

it('a request that breaks the judge is reported, left until it changes, and delays no other', () => {
  let broken = 'csr-a'
  const run: Rule['run'] = ({ request }) => {
    if (request.name === broken) throw new Error('broken')
    return { outcome: 'pass' }
  }
  context = {
    ...makeContext({
      policy: { ...DEFAULT_POLICY, rules: [{ name: 'r', message: '', cel: '', run }] },
    }),
    viewer,
  }
  const bad = serving('csr-a')
  world.upsertCsr(bad)
  world.upsertCsr(makeCsr({ name: 'csr-b', nodeName: 'worker-2', ipAddresses: ['198.51.100.12'] }))
  expect(work()).toEqual(['Error: broken', 'csr-b: approve'])
  expect(judge.waitMs()).toBe(null)

  broken = ''
  world.upsertCsr({ ...bad, resourceVersion: '9' })
  expect(work()).toEqual(['csr-a: approve'])
})

function serving(name: string, more: Parameters<typeof makeCsr>[0] = {}): Csr {
  return makeCsr({ name, dnsNames: ['worker-1'], ipAddresses: ['198.51.100.11'], ...more })
}

/** Judges touched requests, with time for so many steps. */
function work(steps = 1_000_000): string[] {
  judge.touch(world.takeTouched())
  let left = steps
  judge.work(() => {
    left -= 1
    return left > 0
  })
  return told.splice(0)
}

it('answers once for each request, and again only when its answer changes', () => {
  const csr = serving('a')
  world.upsertCsr(csr)
  world.upsertCsr(makeCsr({ name: 'b', kind: 'client', nodeName: 'new' }))
  world.upsertCsr(makeCsr({ name: 'c', signerName: 'example.com/own' }))
  expect(work().toSorted()).toEqual(['a: approve', 'b: clients', 'c: otherSigner'])
  world.upsertCsr({ ...csr, resourceVersion: '2' })
  world.touchAll()
  expect(work()).toEqual([])
  world.upsertCsr({ ...approved(csr), resourceVersion: '3' })
  expect(work()).toEqual(['a: decided'])
  world.removeCsr(csr.uid)
  expect(work()).toEqual(['a: gone'])
  expect(judge.answers.has(csr.uid)).toBe(false)
})

it('judges by changes of the rest of the world', () => {
  world.upsertCsr(serving('a'))
  expect(work()).toEqual(['a: approve'])
  world.upsertNode(makeNode({ name: 'thief', ips: ['198.51.100.11'] }))
  expect(work()).toEqual(['a: suspicious'])
  world.removeNode('node-thief')
  expect(work()).toEqual(['a: approve'])
  world.upsertCsr(serving('b', { createdAt: '2026-11-24T12:03:00Z', keyName: 'second' }))
  expect(work().toSorted()).toEqual(['a: superseded', 'b: approve'])
})

it('judges for the approver’s own name, also where only that changes', () => {
  world.upsertCsr(serving('a'))
  expect(work()).toEqual(['a: approve'])
  context = { ...makeContext(), viewer: { name: 'system:node:worker-1' } }
  judge.touch({ machines: new Set(['worker-1']), others: new Set() })
  expect(work()).toEqual(['a: suspicious'])
})

it('gives no answers while nothing can be judged, and all of them afterwards', () => {
  context = null
  world.upsertCsr(serving('a'))
  expect(work()).toEqual([])
  expect(judge.waitMs()).toBe(0)
  context = { ...makeContext(), viewer }
  expect(work()).toEqual(['a: approve'])
  expect(judge.waitMs()).toBe(null)
})

it('a flood delays no other node: thousands of one node, and another’s second is answered at once', () => {
  for (let n = 0; n < 2_000; n += 1) {
    const createdAt = new Date(Date.parse('2026-11-24T12:00:00Z') + n * 1_000).toISOString()
    // The flood shares the other's keys, so its cost is not in finding keys.
    world.upsertCsr(serving(`flood-${n}`, { createdAt, ipAddresses: ['203.0.113.1'] }))
  }
  world.upsertCsr(
    makeCsr({ name: 'b', nodeName: 'worker-2', ipAddresses: ['198.51.100.12'], dnsNames: [] }),
  )
  expect(work(2)).toContain('b: approve')
  expect(judge.waitMs()).toBe(0)
  expect(work().length).toBe(2_000)
  expect(judge.waitMs()).toBe(null)
})

it('lets a machine rest after a long pass, and no other machine', () => {
  const slow = createJudge({
    world,
    context: () => context,
    now: () => now,
    onAnswer({ claim }) {
      told.push(claim.csr.name)
      now += 50
    },
    onGone: () => {},
    onError: () => {},
  })
  const look = (csr: Csr) => {
    world.upsertCsr(csr)
    slow.touch(world.takeTouched())
    slow.work(() => true)
    return told.splice(0)
  }
  world.takeTouched()
  const of = (name: string, minute: number) =>
    serving(name, { keyName: name, createdAt: `2026-11-24T12:0${minute}:00Z` })
  expect(look(of('a', 0))).toEqual(['a'])
  now += 300
  expect(look(of('b', 1))).toEqual([])
  const other = { nodeName: 'worker-2', ipAddresses: ['198.51.100.12'], dnsNames: [] }
  expect(look(makeCsr({ name: 'c', ...other }))).toEqual(['c'])
  expect(slow.waitMs()).toBe(100)
  now += 100
  expect(slow.waitMs()).toBe(0)
  slow.work(() => true)
  expect(told.toSorted()).toEqual(['a', 'b'])
})

it('keeps the answers for a flood that continues', () => {
  for (let n = 0; n < 100; n += 1) {
    world.upsertCsr(serving(`flood-${n}`, { ipAddresses: ['203.0.113.1'] }))
    work(1)
  }
  // Each new request costs one step, and all but the last few are answered.
  expect(judge.answers.size).toBeGreaterThan(50)
})
