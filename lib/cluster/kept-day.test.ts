import { describe, expect, it } from 'vitest'
import { type DayRequest, KeptDay } from '#lib/cluster/kept-day.ts'
import { KEPT_MS } from '#lib/cluster/kept-requests.ts'
import { type Captured, forecast } from '#lib/csr/approval/forecast.ts'
import {
  approved,
  denied,
  makeContext,
  makeMachineObject,
  makeNode,
  makeWorld,
  NOW,
  presents,
} from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { kubeletPlace, type LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { Csr, MachineObject } from '#lib/csr/model.ts'
import { DEFAULT_POLICY } from '#lib/csr/policy/policy.ts'
import type { World } from '#lib/csr/world/world.ts'

interface Around {
  readonly maxRequests?: number
  readonly maxBytes?: number
  /** Default: one that confirms its Node. */
  readonly machines?: readonly MachineObject[]
}

function setUp({ machines, ...limits }: Around = {}) {
  let now = NOW
  const world = makeWorld({
    nodes: [makeNode()],
    machines: machines ?? [makeMachineObject({ nodeRef: 'worker-1' })],
  })
  const day = new KeptDay({ world, context: () => makeContext({ now }), ...limits })
  const only = () => {
    const [request, ...rest] = day.requests()
    if (request === undefined || rest.length > 0) throw new Error('not one request')
    return request
  }
  const pass = (ms: number) => {
    now += ms
  }
  return { world, day, only, pass }
}

const act = ({ captured }: DayRequest) => {
  const kept = captured()
  return typeof kept === 'string' ? kept : forecast(kept, DEFAULT_POLICY).automatic.act
}
/** The same under a policy that lets new machines in. */
const clients = ({ captured }: DayRequest) => {
  const kept = captured()
  const { automatic } = DEFAULT_POLICY
  const policy = { ...DEFAULT_POLICY, automatic: { ...automatic, clients: true } }
  return typeof kept === 'string' ? kept : forecast(kept, policy).automatic.act
}
const byKubectl = (csr: Csr) => approved(csr, '2026-11-24T12:05:00Z')

describe('the fate of a request, and what the policy would have done', () => {
  it('the policy’s answer to a pending request is that of now', () => {
    const { day, only, world } = setUp()
    day.upsert(makeCsr(), true)
    expect(only()).toMatchObject({ fate: 'pending', nodeName: 'worker-1', endedAt: null })
    expect(act(only())).toBe('approve')
    world.removeNode('node-worker-1')
    expect(act(only())).toBe('leave')
  })

  it('a request is left while its kubelet is being asked, as the approver leaves it', () => {
    const { day, only, world } = setUp()
    world.setAsksKubelets(true)
    day.upsert(makeCsr(), true)
    expect(act(only())).toBe('leave')
    world.setOverdue('worker-1', true)
    expect(act(only())).toBe('approve')
  })

  describe('a request decided before its kubelet had answered here', () => {
    const where = kubeletPlace(makeNode())
    const answered = (world: World, live: LiveCertificate, at = where) =>
      world.setEvidence('worker-1', { where: at, askedAt: NOW, ca: null, live })
    const moved = makeNode({ ips: ['198.51.100.12'] })
    it.each<readonly [string, (world: World) => void, string]>([
      ['nobody can say yet', () => {}, 'notAnswered'],
      ['it presents its own', (world) => answered(world, presents()), 'approve'],
      [
        'it presents another node’s',
        (world) => answered(world, presents({ nodeName: 'worker-2' })),
        'leave',
      ],
      ['it never does', (world) => world.setOverdue('worker-1', true), 'approve'],
      [
        'its Node has moved, and something answers there',
        (world) => {
          world.upsertNode(moved)
          answered(world, presents(), kubeletPlace(moved))
        },
        'notAnswered',
      ],
      ['its Node has gone', (world) => world.removeNode('node-worker-1'), 'notAnswered'],
    ])('the answer after a decision without the kubelet’s answer: %s', (_, happens, answer) => {
      const { day, only, world } = setUp()
      world.setAsksKubelets(true)
      const csr = makeCsr()
      day.upsert(csr, true)
      day.upsert(byKubectl(csr), true)
      happens(world)
      expect(act(only())).toBe(answer)
    })

    it('a renewal that no other source confirms is answered by what its kubelet says then', () => {
      const { day, only, world } = setUp({ machines: [] })
      world.setAsksKubelets(true)
      const csr = makeCsr()
      day.upsert(csr, true)
      day.upsert(byKubectl(csr), true)
      answered(world, presents())
      expect(act(only())).toBe('approve')
    })

    it('the kubelet’s answer is wanted until it has come, and stands whatever comes after it', () => {
      const { day, only, world } = setUp()
      world.setAsksKubelets(true)
      const csr = makeCsr()
      day.upsert(csr, true)
      expect([...day.unanswered()]).toEqual([])
      day.upsert(byKubectl(csr), true)
      expect([...day.unanswered()]).toEqual(['worker-1'])
      answered(world, presents({ nodeName: 'worker-2' }))
      expect([...day.unanswered()]).toEqual([])
      answered(world, presents())
      expect(act(only())).toBe('leave')
    })
  })

  it('the answer to a decided request is that of before the decision, whatever the cluster becomes', () => {
    const { day, only, world } = setUp()
    const csr = makeCsr()
    day.upsert(csr, true)
    day.upsert(byKubectl(csr), true)
    world.removeNode('node-worker-1')
    day.remove(csr.uid, true)
    expect(only()).toMatchObject({
      fate: 'approved',
      endedAt: '2026-11-24T12:05:00Z',
      decider: 'kubectl',
      by: null,
    })
    expect(act(only())).toBe('approve')
  })

  it.each([
    ['decided when it was first seen', [byKubectl], true, 'notSeenPending'],
    ['decided while the connection was lost', [(csr: Csr) => csr, byKubectl], false, 'heardLate'],
  ] as const)('there is no answer to a request %s', (_title, steps, isLive, answer) => {
    const { day, only } = setUp()
    const csr = makeCsr()
    for (const step of steps) day.upsert(step(csr), isLive)
    expect(act(only())).toBe(answer)
  })

  it('a denial holds other requests back from its own moment', () => {
    const { day } = setUp()
    const [first, again] = [makeCsr(), makeCsr({ createdAt: '2026-11-24T12:05:02Z' })]
    day.upsert(first, true)
    day.upsert(again, true)
    const reported = () => day.requests().map((one) => `${one.fate} ${act(one)}`)
    expect(reported()).toEqual(['pending leave', 'pending approve'])
    day.upsert(denied(first), true)
    day.upsert(byKubectl(again), true)
    expect(reported()).toEqual(['denied leave', 'approved leave'])
  })

  it('a request that was deleted while it was pending keeps its answer', () => {
    const { day, only } = setUp()
    const csr = makeCsr()
    day.upsert(csr, true)
    day.remove(csr.uid, true)
    expect(only()).toMatchObject({
      fate: 'deleted',
      decider: null,
      endedAt: '2026-11-24T12:12:00.000Z',
    })
    expect(act(only())).toBe('approve')
  })

  it('a request that asks for thousands of names is told, but not kept', () => {
    const { day, only } = setUp()
    const dnsNames = Array.from({ length: 2_000 }, (_, index) => `name-${index}.example.com`)
    const csr = makeCsr({ dnsNames })
    day.upsert(csr, true)
    day.upsert(denied(csr), true)
    expect(act(only())).toBe('tooLarge')
  })

  it('a request that is superseded by time alone is left over from joining', () => {
    const { day, only, world, pass } = setUp({ machines: [] })
    const filed = NOW - 60_000
    world.upsertNode(
      makeNode({ createdAt: new Date(filed + 10_000).toISOString(), uid: 'another' }),
    )
    day.upsert(makeCsr({ kind: 'client', createdAt: new Date(filed).toISOString() }), true)
    const isSuperseded = () => (only().captured() as Captured).superseded
    expect(isSuperseded()).toBe(false)
    pass(16 * 60_000)
    expect(isSuperseded()).toBe(true)
  })

  describe('a request whose Node is heard of before its approval', () => {
    it.each([
      ['came after it', '11:52:00', '12:05:01', 'approve'],
      ['came in its second', '11:52:00', '12:05:00', 'approve'],
      ['was there before it', '11:52:00', '12:04:59', 'leave'],
      ['was there before the request', '11:52:00', '11:00:00', 'leave'],
      ['the same, and the decider’s clock is behind', '12:07:00', '12:06:00', 'leave'],
    ])('the Node %s', (_, filedAt, createdAt, wanted) => {
      const { day, only, world, pass } = setUp({ machines: [makeMachineObject()] })
      world.removeNode('node-worker-1')
      const csr = makeCsr({ kind: 'client', createdAt: `2026-11-24T${filedAt}Z` })
      day.upsert(csr, true)
      expect(clients(only())).toBe('approve')
      world.upsertNode(makeNode({ createdAt: `2026-11-24T${createdAt}Z`, ready: 'True' }))
      pass(16 * 60_000)
      day.upsert(byKubectl(csr), true)
      expect(clients(only())).toBe(wanted)
    })

    it.each([
      ['this Node', 'node-worker-1', 'approve'],
      ['an earlier one', 'node-before', 'leave'],
    ])('the Machine is linked to %s', (_, uid, wanted) => {
      const { day, only, world } = setUp({ machines: [makeMachineObject()] })
      world.removeNode('node-worker-1')
      const csr = makeCsr({ kind: 'client', createdAt: '2026-11-24T11:52:00Z' })
      day.upsert(csr, true)
      world.upsertNode(makeNode({ createdAt: '2026-11-24T12:05:01Z', ready: 'True' }))
      world.upsertMachineObject(makeMachineObject({ nodeRef: { name: 'worker-1', uid } }))
      day.upsert(byKubectl(csr), true)
      expect(clients(only())).toBe(wanted)
    })
  })

  it('requests of other signers are not part of the day', () => {
    const { day } = setUp()
    const csr = makeCsr({ signerName: 'example.com/mesh' })
    day.upsert(csr, true)
    day.upsert(approved(csr), true)
    expect(day.requests()).toEqual([])
  })
})

describe('requests that the day keeps', () => {
  function decide(day: ReturnType<typeof setUp>['day'], nodeName: string): Csr {
    const csr = makeCsr({ nodeName, keyName: nodeName })
    day.upsert(csr, true)
    day.upsert(byKubectl(csr), true)
    day.remove(csr.uid, true)
    return csr
  }
  const countOf = (requests: readonly DayRequest[], name: string) =>
    requests.filter(({ nodeName }) => nodeName === name).length

  it('the day keeps a request for 24 hours, and no longer', () => {
    const { day, pass } = setUp()
    decide(day, 'worker-1')
    pass(KEPT_MS - 1)
    expect(day.requests()).toHaveLength(1)
    pass(1)
    expect(day.requests()).toEqual([])
  })

  it('the day bounds its requests: a flood of one node pushes out its own oldest, and no other’s', () => {
    const { day } = setUp({ maxRequests: 100 })
    for (const name of ['worker-2', 'worker-3']) decide(day, name)
    const flood = Array.from({ length: 150 }, () => decide(day, 'worker-1'))
    const kept = day.requests()
    expect(kept.length).toBeLessThanOrEqual(100)
    expect([countOf(kept, 'worker-2'), countOf(kept, 'worker-3')]).toEqual([1, 1])
    expect(countOf(kept, 'worker-1')).toBeGreaterThan(30)
    expect(kept.map(({ uid }) => uid)).toContain(flood.at(-1)?.uid)
    expect(kept.map(({ uid }) => uid)).not.toContain(flood[0]?.uid)
  })

  it('the oldest requests go first where there are as many nodes as requests', () => {
    const { day } = setUp({ maxRequests: 70 })
    for (let index = 0; index <= 70; index += 1) decide(day, `rack-${index}`)
    const names = day.requests().map(({ nodeName }) => nodeName)
    expect(names).toEqual([
      'rack-64',
      'rack-65',
      'rack-66',
      'rack-67',
      'rack-68',
      'rack-69',
      'rack-70',
    ])
  })

  it('the day bounds its bytes', () => {
    const { day } = setUp({ maxBytes: 50_000 })
    for (let index = 0; index < 20; index += 1) decide(day, `rack-${index}`)
    const kept = day.requests()
    expect(kept.length).toBeGreaterThan(1)
    expect(kept.length).toBeLessThan(12)
    expect(kept.at(-1)?.nodeName).toBe('rack-19')
  })

  it('the day keeps nothing once requests may no longer be read', () => {
    const { day } = setUp()
    decide(day, 'worker-1')
    day.forget()
    expect(day.requests()).toEqual([])
  })
})
