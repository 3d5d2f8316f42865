import fc from 'fast-check'
import { expect, it } from 'vitest'
import { countBefore, reordered } from '#lib/query/reordered.ts'

interface Row {
  readonly order: number
}
const compare = (a: Row, b: Row) => a.order - b.order

it('is what sorting all of them gives', () => {
  const rows = fc.array(fc.record({ order: fc.nat(20) }), { maxLength: 30 })
  fc.assert(
    fc.property(rows, rows, fc.infiniteStream(fc.boolean()), (all, come, leaves) => {
      const before = all.toSorted(compare)
      const gone = before.filter(() => leaves.next().value)
      const after = reordered(before, gone, come, compare)
      const expected = [...before.filter((row) => !gone.includes(row)), ...come]
      expect(after.map(({ order }) => order)).toEqual(
        expected.map(({ order }) => order).sort((a, b) => a - b),
      )
      expect(new Set(after)).toEqual(new Set(expected))
      expect(after).toHaveLength(expected.length)
    }),
  )
})

it('is the rows themselves where none has left or come', () => {
  const rows = [{ order: 1 }, { order: 2 }]
  expect(reordered(rows, [], [], compare)).toBe(rows)
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
