import { describe, expect, it } from 'vitest'
import { approved, makeNode, makeWorld, type WorldOptions } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import type { KubeletPlace } from '#lib/csr/kubelets/evidence.ts'
import {
  ASK_AGAIN_MS,
  ASK_ELSEWHERE_MS,
  type Asked,
  type Candidate,
  candidatesOf,
  planAsking,
} from '#lib/kube/kubelet/live-schedule.ts'

describe('the candidates for an ask', () => {
  const node = makeNode()
  it.each<readonly [string, WorldOptions, readonly string[]]>([
    ['a serving request waits', { csrs: [makeCsr()], nodes: [node] }, ['worker-1']],
    ['two wait', { csrs: [makeCsr(), makeCsr()], nodes: [node] }, ['worker-1']],
    ['it is decided', { csrs: [approved(makeCsr())], nodes: [node] }, []],
    ['a client request waits', { csrs: [makeCsr({ kind: 'client' })], nodes: [node] }, []],
    ['there is no Node', { csrs: [makeCsr()] }, []],
    ['it names no single node', { csrs: [makeCsr({ commonNames: [] })], nodes: [node] }, []],
  ])('a node is a candidate for an ask or not: %s', (_, around, expected) => {
    expect([...candidatesOf(makeWorld(around)).keys()]).toEqual(expected)
  })

  it('a Node named in `unanswered` is a candidate with the oldest request', () => {
    const around = { csrs: [makeCsr()], nodes: [node, makeNode({ name: 'worker-2' })] }
    const candidates = candidatesOf(makeWorld(around), {
      unanswered: ['worker-1', 'worker-2', 'gone'],
    })
    expect([...candidates.keys()]).toEqual(['worker-1', 'worker-2'])
    expect(candidates.get('worker-2')?.requestedAt).toBe(0)
  })

  it('a Node in view is a candidate without a request', () => {
    const around = { csrs: [makeCsr()], nodes: [node, makeNode({ name: 'worker-2' })] }
    const inView = ['worker-1', 'worker-2', 'gone']
    const candidates = candidatesOf(makeWorld(around), { unanswered: ['worker-2'], inView })
    expect([...candidates.values()].map(({ requestedAt }) => requestedAt)).toEqual([
      Date.parse(makeCsr().createdAt),
      0,
    ])
    const alone = candidatesOf(makeWorld(around), { inView: ['worker-2'] }).get('worker-2')
    expect(alone?.requestedAt).toBeNull()
  })

  it('a candidate counts by the newest of its requests', () => {
    const csrs = ['12:05', '12:09', '12:01'].map((time) =>
      makeCsr({ createdAt: `2026-11-24T${time}:00Z` }),
    )
    const [candidate] = candidatesOf(makeWorld({ csrs, nodes: [node] })).values()
    expect(candidate?.requestedAt).toBe(Date.parse('2026-11-24T12:09:00Z'))
  })
})

describe('the plan', () => {
  const now = 1_000_000
  const place = (nodeUid: string, addresses = ['198.51.100.11']): KubeletPlace => ({
    nodeUid,
    addresses,
    port: 10_250,
    barred: addresses.length === 0 ? 'noAddress' : null,
  })
  const nowhere = (nodeUid: string) => place(nodeUid, [])
  /** A time before every ask. */
  const before = now - 900_000
  /** A candidate from `name` or `name uid`, whose request was filed that many seconds before. */
  const candidate = (text: string, ago: number) => {
    const [name = '', uid = name] = text.split(' ')
    return { name, where: place(uid), requestedAt: before - ago }
  }
  /** Last asks, each with its age in milliseconds. */
  const asked = (ago: Readonly<Record<string, number>>) =>
    new Map<string, Asked>(
      Object.entries(ago).map(([name, ms]) => [name, { where: place(name), at: now - ms }]),
    )
  /** Names by kind of turn, and milliseconds until the next ask. */
  const planned = (
    candidates: readonly Candidate[],
    last: ReadonlyMap<string, Asked> = new Map(),
    asking: readonly string[] = [],
  ) => {
    const names = (some: readonly Candidate[]) => some.map(({ name }) => name)
    const plan = planAsking({ candidates, asked: last, asking: new Set(asking), now })
    const { first, again, inView, againAt } = plan
    return {
      ...{ first: names(first), again: names(again), inView: names(inView) },
      next: againAt === null ? null : againAt - now,
    }
  }
  const plan = (
    candidates: readonly Candidate[],
    ago: Readonly<Record<string, number>> = {},
    asking: readonly string[] = [],
  ) => {
    const { first, again, next } = planned(candidates, asked(ago), asking)
    return [[...first, ...again], next]
  }
  const crowd = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) => candidate(name, 60 - index))

  it('the plan has the last request of a second first', () => {
    const same = ['a', 'b', 'c'].map((name) => candidate(name, 5))
    expect(plan(same)).toEqual([['c', 'b', 'a'], null])
  })

  it('the plan has the newest request first, without asks under way', () => {
    expect(plan(crowd)).toEqual([['f', 'e', 'd', 'c', 'b', 'a'], null])
    expect(plan(crowd, {}, ['e', 'c'])).toEqual([['f', 'd', 'b', 'a'], null])
  })

  it.each<readonly [number, readonly string[], number | null]>([
    [0, [], ASK_AGAIN_MS],
    [ASK_AGAIN_MS - 1, [], 1],
    [ASK_AGAIN_MS, ['a'], null],
    [-1, ['a'], null],
  ])('the plan for a kubelet asked %i ms ago', (ago, names, again) => {
    expect(plan([candidate('a', 5)], { a: ago })).toEqual([names, again])
  })

  it('the plan has a recreated Node at once', () => {
    expect(plan([candidate('a second', 5)], { a: 1_000 })).toEqual([['a'], null])
  })

  it.each([
    ['its Node says where since', place('a'), ['a']],
    ['its Node still does not say where', nowhere('a'), []],
  ] as const)(
    'the plan has a kubelet that could not be dialled at once when %s',
    (_, where, names) => {
      const last = new Map([['a', { where: nowhere('a'), at: now - 1_000 }]])
      expect(planned([{ ...candidate('a', 5), where }], last).first).toEqual(names)
    },
  )

  it('a Node that loses its address is not asked sooner', () => {
    const [due] = plan([{ ...candidate('a', 5), where: nowhere('a') }], { a: 1_000 })
    expect(due).toEqual([])
  })

  const elsewhere = place('a', ['198.51.100.12'])
  it.each<readonly [number, readonly string[], number | null]>([
    [0, [], ASK_ELSEWHERE_MS],
    [ASK_ELSEWHERE_MS - 1, [], 1],
    [ASK_ELSEWHERE_MS, ['a'], null],
    [ASK_AGAIN_MS, ['a'], null],
  ])(
    'the plan treats a moved kubelet as new, unless it was asked just now: %i ms ago',
    (ago, names, at) => {
      const reported = planned([{ ...candidate('a', 5), where: elsewhere }], asked({ a: ago }))
      expect(reported).toMatchObject({ first: names, again: [], next: at })
    },
  )

  it('the plan separates first asks from repeated ones', () => {
    expect(planned(crowd, asked({ a: 90_000, b: 60_000 }))).toMatchObject({
      first: ['f', 'e', 'd', 'c'],
      again: ['a', 'b'],
    })
  })

  it('the plan has first asks before repeated ones, and the longest unasked first', () => {
    const ago = { f: 90_000, e: 300_000, d: 60_000, c: 120_000 }
    expect(plan(crowd, ago)).toEqual([['b', 'a', 'e', 'c', 'f', 'd'], null])
  })

  it.each<readonly [number, readonly string[], number | null]>([
    [5_000, [], ASK_ELSEWHERE_MS - 5_000],
    [ASK_ELSEWHERE_MS, ['a'], null],
  ])(
    'the plan treats a kubelet asked only for a page before its request as new: %i ms ago',
    (ago, names, at) => {
      const last = new Map([['a', { where: place('a'), at: now - ago, inView: true }]])
      const reported = planned([{ ...candidate('a', 0), requestedAt: now - 1_000 }], last)
      expect(reported).toMatchObject({ first: names, again: [], next: at })
    },
  )

  it.each([
    ['was looked at in the very moment: clocks differ', 58_000, true],
    ['has answered an earlier one', 1_000, false],
  ])('the plan does not treat a kubelet as new that %s', (_, ago, inView) => {
    const candidates = [{ ...candidate('a', 0), requestedAt: now - ago }]
    const last = new Map([['a', { where: place('a'), at: now - 60_000, inView }]])
    expect(planned(candidates, last)).toMatchObject({ first: [], again: ['a'] })
  })

  it('the plan has Nodes on pages separately, first asks before the oldest', () => {
    const looked = ['a', 'b', 'c', 'd'].map((name) => ({
      ...candidate(name, 0),
      requestedAt: null,
    }))
    const last = asked({ a: 70_000, b: 90_000, d: 20_000 })
    expect(planned([...looked, candidate('e', 0)], last)).toEqual({
      ...{ first: ['e'], again: [], inView: ['c', 'b', 'a'] },
      next: ASK_AGAIN_MS - 20_000,
    })
  })

  it('a thousand dead kubelets do not displace others: each is asked once a round', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => candidate(`n-${index}`, index))
    const last = new Map<string, Asked>()
    const order: string[] = []
    for (let at = now, turn = 0; turn < 500; turn++, at += 5_000) {
      const plan = planAsking({ candidates: many, asked: last, asking: new Set(), now: at })
      for (const { name } of [...plan.first, ...plan.again].slice(0, 4)) {
        last.set(name, { where: place(name), at })
        order.push(name)
      }
    }
    expect(new Set(order.slice(0, 1_000)).size).toBe(1_000)
    expect(order.slice(1_000, 2_000)).toEqual(order.slice(0, 1_000))
  })
})
