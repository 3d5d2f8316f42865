import { expect, it } from 'vitest'
import { createBoard, type RowChange } from '#lib/cluster/board.ts'
import { makeContext, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { World } from '#lib/csr/world/world.ts'

const START = Date.parse('2026-11-24T12:00:00Z')

const HOUR = 60 * 60 * 1000

function boardAt(seconds: { now: number }) {
  const world = new World()
  const context = () => ({ ...makeContext(), now: START + seconds.now * 1000 })
  let changed: string[] = []
  const onRows = (changes: readonly RowChange[]) => {
    changed = changes.map(({ key }) => key)
  }
  const board = createBoard({ world, context, onRows })
  /** Names of the machines that the next revision changes. */
  const next = (hasTime = true) => (board.catchUp(() => hasTime) ? changed : [])
  const request = makeCsr({ nodeName: 'flooding' }).request
  const file = (nodeName: string, count = 1) => {
    for (let n = 0; n < count; n += 1) {
      world.upsertCsr(makeCsr({ nodeName, ...(nodeName === 'flooding' && { request }) }))
    }
  }
  return { board, file, next, world }
}

it('a machine of many requests rests between two rows, and nobody else waits for it', () => {
  const clock = { now: 0 }
  const { board, file, next } = boardAt(clock)
  file('flooding', 400)
  expect(next()).toEqual(['flooding'])

  file('flooding')
  expect(board.isBehind()).toBe(false)
  file('other')
  expect(board.isBehind()).toBe(true)
  expect(next()).toEqual(['other'])
  expect(board.rows.machines.get('flooding')?.requests).toHaveLength(400)

  expect(board.nextChangeAt()).toBe(START + 100)
  clock.now = 0.1
  expect(board.isBehind()).toBe(true)
  expect(next()).toEqual(['flooding'])
  expect(board.rows.machines.get('flooding')?.requests).toHaveLength(401)
})

it('a machine of many requests is judged a few at a time, and others come first', () => {
  const clock = { now: 0 }
  const { board, file, next, world } = boardAt(clock)
  const touched = (...names: readonly string[]) => {
    for (const name of names) world.upsertNode(makeNode({ name }))
  }
  file('flooding', 400)
  file('other')
  next()
  clock.now = 1
  touched('flooding', 'other')
  let slices = 0
  const order: string[] = []
  while (board.isBehind()) {
    slices += 1
    order.push(...next(false))
  }
  expect(order).toEqual(['other', 'flooding'])
  expect(slices).toBeGreaterThan(400)
})

it('a machine of a few requests never rests', () => {
  const { file, next } = boardAt({ now: 0 })
  for (let round = 0; round < 3; round += 1) {
    file('worker-1', 5)
    expect(next()).toEqual(['worker-1'])
  }
})

it('a row whose time has come is derived again, and only that one', () => {
  const clock = { now: 0 }
  const { board, file, next, world } = boardAt(clock)
  file('first')
  world.upsertCsr(
    makeCsr({ nodeName: 'second', name: 'second', createdAt: '2026-11-24T12:30:00Z' }),
  )
  next()
  expect(board.nextChangeAt()).toBe(START + HOUR)
  clock.now = 3_599
  expect(board.isBehind()).toBe(false)
  clock.now = 3_600
  expect(next()).toEqual(['first'])
  expect(board.nextChangeAt()).toBe(START + 1.5 * HOUR)
})

it('looks for due rows at the latest when the first is due, also after that one has gone', () => {
  const clock = { now: 0 }
  const { board, next, world } = boardAt(clock)
  const first = makeCsr({ nodeName: 'first' })
  world.upsertCsr(first)
  world.upsertCsr(
    makeCsr({ nodeName: 'second', name: 'second', createdAt: '2026-11-24T12:30:00Z' }),
  )
  next()
  world.removeCsr(first.uid)
  next()
  const at = board.nextChangeAt() ?? 0
  expect(at).toBeLessThanOrEqual(START + 1.5 * HOUR)
  clock.now = (at - START) / 1000
  expect(next()).toEqual([])
  expect(board.nextChangeAt()).toBe(START + 1.5 * HOUR)
})

it('tells the rows of each revision, before and after', () => {
  const world = new World()
  const told: (readonly RowChange[])[] = []
  const board = createBoard({
    world,
    context: () => ({ ...makeContext(), now: START }),
    onRows: (changes) => told.push(changes),
  })
  const publish = () => board.catchUp(() => true)
  const named = makeCsr({ nodeName: 'worker-1' })
  const lone = makeCsr({ signerName: 'example.com/x' })
  world.upsertCsr(named)
  world.upsertCsr(lone)
  publish()
  publish()
  world.removeCsr(named.uid)
  publish()
  const [first = [], second = [], ...more] = told
  expect(more).toEqual([])
  expect(first.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
    'machine worker-1',
    `request ${lone.uid}`,
  ])
  const row = first[0]?.after
  expect(first[0]?.before).toBeNull()
  expect(row).toMatchObject({ name: 'worker-1', waiting: true })
  expect(second).toEqual([{ kind: 'machine', key: 'worker-1', before: row, after: null }])
})
