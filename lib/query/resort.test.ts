import fc from 'fast-check'
import { expect, it } from 'vitest'
import { resort } from '#lib/query/resort.ts'

interface Row {
  readonly key: number
}
const byKey = (a: Row, b: Row) => a.key - b.key
const keys = (rows: readonly Row[]) => rows.map(({ key }) => key)

it('is what sorting anew would be, whatever came, went and stayed', () => {
  const row = fc.record({ key: fc.integer({ min: 0, max: 50 }) })
  fc.assert(
    fc.property(fc.array(row), fc.array(row), fc.array(row), (gone, stayed, came) => {
      const before = resort([...stayed, ...gone], [], byKey)
      const rows = [...came, ...stayed]
      const after = resort(rows, before, byKey)
      expect(keys(after)).toEqual(keys(rows.toSorted(byKey)))
      expect(new Set(after)).toEqual(new Set(rows))
    }),
  )
})

it('stays itself while the rows are the same', () => {
  const rows = [{ key: 2 }, { key: 1 }]
  const before = resort(rows, [], byKey)
  expect(resort(rows.toReversed(), before, byKey)).toBe(before)
})
