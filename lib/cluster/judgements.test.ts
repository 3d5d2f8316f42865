import { describe, expect, it } from 'vitest'
import { createAutomaticAnswers } from '#lib/cluster/automatic-answers.ts'
import { createBoard } from '#lib/cluster/board.ts'
import type { Judgements, JudgementsOptions } from '#lib/cluster/judgements.ts'
import { makeContext, makeNode, makeWorld, NOW } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { DEFAULT_POLICY, type Rule } from '#lib/csr/policy/policy.ts'

type Context = ReturnType<typeof makeContext> & { readonly viewer: { readonly name: string } }
type Program = Pick<Judgements<Context>, 'waitMs'> & {
  work(hasTime: () => boolean): void
  /** Names of the requests that have a row or an answer. */
  shown(): string[]
}
type Start = (options: Omit<JudgementsOptions<Context>, 'machine' | 'other'>) => Program

const PROGRAMS: [string, Start][] = [
  [
    'the dashboard',
    (options) => {
      const board = createBoard(options)
      const { machines, others } = board.rows
      const rows = () => [
        ...[...machines.values()].flatMap((row) => row.requests),
        ...others.values(),
      ]
      return { ...board, shown: () => rows().map(({ name }) => name) }
    },
  ],
  [
    'the approver',
    (options) => {
      const answers = createAutomaticAnswers({ ...options, onAnswer: () => {}, onGone: () => {} })
      const answered = () => [...answers.answers.values()]
      return { ...answers, shown: () => answered().map(({ claim }) => claim.csr.name) }
    },
  ],
]

describe.each(PROGRAMS)('judgements in %s', (_, start) => {
  const { request } = makeCsr({ nodeName: 'flooding' })

  function begin() {
    const world = makeWorld()
    const time = { now: NOW, passed: 0 }
    const judged: string[] = []
    const errors: unknown[] = []
    const broken = new Set<string>()
    const run: Rule['run'] = ({ request: { name } }) => {
      judged.push(name)
      if (broken.has(name)) throw new Error(`${name} is broken`)
      return { outcome: 'pass' }
    }
    const policy = { ...DEFAULT_POLICY, rules: [{ name: 'rule', message: '', cel: '', run }] }
    const program = start({
      world,
      context: () => ({ ...makeContext({ policy, now: time.now }), viewer: { name: 'approver' } }),
      passed: () => time.passed,
      onError: (error) => errors.push(error),
    })
    let filed = 0
    return {
      ...program,
      world,
      time,
      errors,
      broken,
      isBehind: () => program.waitMs() === 0,
      /** Files requests of a machine; returns their names. Those of the flood are all the same. */
      file(nodeName: string, count = 1) {
        return Array.from({ length: count }, () => {
          filed += 1
          const name = `${nodeName}-${filed}`
          world.upsertCsr(makeCsr({ name, nodeName, ...(nodeName === 'flooding' && { request }) }))
          return name
        })
      },
      /** Names of the requests that are judged in all steps, or in one of each kind. */
      judge(hasTime = true) {
        program.work(() => hasTime)
        return judged.splice(0)
      },
    }
  }

  it('a request is judged once, and again only after a change that touches it', () => {
    const { file, judge, time, world } = begin()
    const flood = file('flooding', 300)
    const [other] = file('other')
    expect(judge().toSorted()).toEqual([...flood, other].toSorted())
    time.passed += 1_000
    expect(judge()).toEqual([])
    const [late] = file('flooding')
    expect(judge()).toEqual([late])
    world.upsertNode(makeNode({ name: 'other' }))
    expect(judge()).toEqual([other])
  })

  it('a machine of many requests is judged a few at a time, and another machine is judged at once', () => {
    const { file, judge, isBehind } = begin()
    file('flooding', 400)
    const [other] = file('other')
    judge(false)
    expect(judge(false)).toEqual([other])
    let steps = 2
    for (; isBehind(); steps += 1) expect(judge(false).length).toBeLessThan(10)
    expect(steps).toBeGreaterThan(40)
  })

  it('a request without a machine waits for no machine', () => {
    const { file, judge, shown, world } = begin()
    for (let n = 0; n < 20; n += 1) file(`worker-${n}`)
    world.upsertCsr(makeCsr({ name: 'alone', signerName: 'example.com/own' }))
    judge(false)
    expect(shown()).toContain('alone')
  })

  it('a machine of many requests rests after a pass, by a clock that cannot be set back, and no other machine waits for it', () => {
    const { file, judge, isBehind, time, waitMs } = begin()
    file('flooding', 400)
    judge()
    const [late] = file('flooding')
    expect(isBehind()).toBe(false)
    const [other] = file('other')
    expect(isBehind()).toBe(true)
    expect(judge()).toEqual([other])
    expect(waitMs()).toBe(100)
    time.now -= 3_600_000
    time.passed += 100
    expect(isBehind()).toBe(true)
    expect(judge()).toEqual([late])
  })

  it('a machine of a few requests never rests', () => {
    const { file, judge } = begin()
    for (let round = 0; round < 3; round += 1) {
      const names = file('worker-1', 5)
      expect(judge()).toEqual(names)
    }
  })

  it('a flood that continues does not restart the pass over its machine', () => {
    const { file, judge, shown } = begin()
    file('flooding', 100)
    for (let n = 0; n < 60; n += 1) {
      file('flooding')
      judge(false)
    }
    expect(shown().length).toBeGreaterThan(100)
  })

  it('a request that cannot be judged is reported, left until it changes, and delays no other', () => {
    const { broken, errors, file, isBehind, judge, shown, world } = begin()
    const [bad = '', also] = [...file('flooding'), ...file('other')]
    broken.add(bad)
    expect(judge()).toEqual([bad, also])
    expect(errors).toEqual([new Error(`${bad} is broken`)])
    expect([isBehind(), shown()]).toEqual([false, [also]])

    broken.clear()
    world.upsertNode(makeNode({ name: 'flooding' }))
    expect(judge()).toContain(bad)
    expect(shown()).toContain(bad)
  })
})
