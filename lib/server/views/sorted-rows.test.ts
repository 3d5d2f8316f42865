import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countBefore, SortedRows } from '#lib/server/views/sorted-rows.ts'

interface Row {
  readonly order: number
}
const compare = (a: Row, b: Row) => a.order - b.order

it('is what sorting all of the rows gives, whenever it is read', () => {
  const step = fc.record({
    come: fc.array(fc.record({ order: fc.nat(20) }), { maxLength: 20 }),
    read: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step), fc.infiniteStream(fc.boolean()), (steps, leaves) => {
      const sorted = new SortedRows<Row>(compare)
      let rows: Row[] = []
      for (const { come, read } of steps) {
        for (const row of rows.filter(() => leaves.next().value)) {
          sorted.remove(row)
          rows = rows.filter((other) => other !== row)
        }
        for (const row of come) sorted.add(row)
        rows.push(...come)
        expect(sorted.size).toBe(rows.length)
        if (!read) continue
        expect(sorted.read().map(({ order }) => order)).toEqual(
          rows.map(({ order }) => order).sort((a, b) => a - b),
        )
        expect(new Set(sorted.read())).toEqual(new Set(rows))
      }
    }),
  )
})

it('stays the same array while nothing changes', () => {
  const sorted = new SortedRows<Row>(compare)
  const row = { order: 1 }
  sorted.add(row)
  const before = sorted.read()
  sorted.remove(row)
  sorted.add(row)
  expect(sorted.read()).toBe(before)
})

it('10,000 changes without a reader cost no more than a moment, and are all there', () => {
  const sorted = new SortedRows<Row>(compare)
  for (let order = 0; order < 10_000; order += 1) sorted.add({ order: (order * 7919) % 10_000 })
  expect(sorted.size).toBe(10_000)
  expect(sorted.read().every(({ order }, index) => order === index)).toBe(true)
})

it.each([
  [0, 0],
  [1, 1],
  [2, 3],
  [9, 4],
])('rows up to %i: %i', (limit, count) => {
  const rows = [1, 2, 2, 4].map((order) => ({ order }))
  expect(countBefore(rows, ({ order }) => order <= limit)).toBe(count)
})
