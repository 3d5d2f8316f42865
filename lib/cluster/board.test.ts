import { expect, it } from 'vitest'
import { createBoard, type RowChange } from '#lib/cluster/board.ts'
import { approved, makeContext, makeNode } from '#lib/csr/fixtures/make-cluster.ts'
import { makeCsr } from '#lib/csr/fixtures/make-csr.ts'
import { World } from '#lib/csr/world/world.ts'

const START = Date.parse('2026-11-24T12:00:00Z')

const HOUR = 60 * 60 * 1000

function boardAt(seconds: { now: number }) {
  const world = new World()
  const revisions: (readonly RowChange[])[] = []
  const board = createBoard({
    world,
    context: () => ({ ...makeContext(), now: START + seconds.now * 1000 }),
    passed: () => 0,
    onRows: (changes) => revisions.push(changes),
    onError(error) {
      throw error
    },
  })
  /** Derives all rows that wait; returns the revisions that this makes. */
  const publish = () => {
    board.work(() => true)
    return revisions.splice(0)
  }
  return { board, publish, world }
}

it('a row whose time has come is derived again, and no other row', () => {
  const clock = { now: 0 }
  const { board, publish, world } = boardAt(clock)
  world.upsertCsr(makeCsr({ nodeName: 'first' }))
  world.upsertCsr(
    makeCsr({ nodeName: 'second', name: 'second', createdAt: '2026-11-24T12:30:00Z' }),
  )
  publish()
  expect(board.waitMs()).toBe(HOUR)
  clock.now = 3_599
  expect(board.isBehind()).toBe(false)
  clock.now = 3_600
  expect(publish()).toMatchObject([[{ key: 'first' }]])
  expect(board.waitMs()).toBe(HOUR / 2)
})

it('the board looks for due rows at the latest when the first is due, also after that one has gone', () => {
  const clock = { now: 0 }
  const { board, publish, world } = boardAt(clock)
  const first = makeCsr({ nodeName: 'first' })
  world.upsertCsr(first)
  world.upsertCsr(
    makeCsr({ nodeName: 'second', name: 'second', createdAt: '2026-11-24T12:30:00Z' }),
  )
  publish()
  world.removeCsr(first.uid)
  publish()
  const waitMs = board.waitMs() ?? 0
  expect(waitMs).toBeLessThanOrEqual(1.5 * HOUR)
  clock.now = waitMs / 1000
  expect(publish()).toEqual([])
  expect(board.waitMs()).toBe(1.5 * HOUR - waitMs)
})

it('a revision has the rows that changed, before and after', () => {
  const { publish, world } = boardAt({ now: 0 })
  const named = makeCsr({ nodeName: 'worker-1' })
  const lone = makeCsr({ signerName: 'example.com/x' })
  world.upsertCsr(named)
  world.upsertCsr(lone)
  const [first = [], ...more] = publish()
  expect(more).toEqual([])
  expect(first.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
    'machine worker-1',
    `request ${lone.uid}`,
  ])
  const row = first[0]?.after
  expect(first[0]?.before).toBeNull()
  expect(row).toMatchObject({ name: 'worker-1', waiting: true })
  expect(publish()).toEqual([])
  world.removeCsr(named.uid)
  expect(publish()).toEqual([[{ kind: 'machine', key: 'worker-1', before: row, after: null }]])
})

it('the first rows from half a list are of machines that wait, however many Nodes came before', () => {
  const { board, world } = boardAt({ now: 0 })
  for (let n = 0; n < 300; n += 1) world.upsertNode(makeNode({ name: `node-${n}` }))
  for (let n = 0; n < 20; n += 1) board.workMidway(() => false)
  for (let n = 0; n < 150; n += 1)
    world.upsertCsr(makeCsr({ name: `r-${n}`, nodeName: `new-${n}` }))
  for (let n = 0; n < 300; n += 1) board.workMidway(() => false)
  const rows = [...board.rows.machines.values()]
  expect(rows.filter(({ waiting }) => waiting)).toHaveLength(100)
  expect(rows.length).toBeLessThanOrEqual(200)
})

it('half a list of machines for which nothing waits makes a thousand rows', () => {
  const { board, world } = boardAt({ now: 0 })
  for (let n = 0; n < 1_100; n += 1) {
    world.upsertCsr(approved(makeCsr({ name: `r-${n}`, keyName: 'k', nodeName: `n-${n}` })))
  }
  for (let n = 0; n < 1_100; n += 1) board.workMidway(() => false)
  expect(board.rows.machines.size).toBe(1_000)
})
