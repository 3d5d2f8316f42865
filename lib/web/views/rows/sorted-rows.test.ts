import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SortedRows } from '#lib/web/views/rows/sorted-rows.ts'

interface Row {
  readonly order: number
  readonly id: number
  readonly text: string
}
const compare = (a: Row, b: Row) => a.order - b.order || a.id - b.id
const newList = () => new SortedRows<Row>(compare, ({ text }) => text)
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => id)

let ids = 0
function rowOf(order: number, text = ''): Row {
  ids += 1
  return { order, id: ids, text }
}

const step = fc.record({
  come: fc.array(fc.record({ order: fc.nat(20), text: fc.stringMatching(/^[ab\0]{0,3}$/) }), {
    maxLength: 1_500,
    // Enough rows to fill more than one chunk.
    size: 'max',
  }),
  stay: fc.integer({ min: 1, max: 4 }),
  words: fc.array(fc.stringMatching(/^[ab\0]{1,2}$/), { maxLength: 2 }),
  limit: fc.nat(20),
  from: fc.nat(3_000),
})

it('any changes result in the order of sorting all rows', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), (steps) => {
      const list = newList()
      let rows: Row[] = []
      for (const { come, stay, words, limit, from } of steps) {
        for (const row of rows) if (row.id % 4 >= stay) list.remove(row)
        const added = come.map(({ order, text }) => rowOf(order, text))
        for (const row of added) list.add(row)
        rows = [...rows.filter(({ id }) => id % 4 < stay), ...added].sort(compare)
        expect(list.size).toBe(rows.length)
        expect(idsOf(list.slice(0, rows.length))).toEqual(idsOf(rows))
        expect(idsOf(list.slice(from, from + 100))).toEqual(idsOf(rows.slice(from, from + 100)))
        expect(list.at(from)).toBe(rows[from])
        expect(list.countBefore(({ order }) => order < limit)).toBe(
          rows.filter(({ order }) => order < limit).length,
        )
        const isEven = ({ id }: Row) => id % 2 === 0
        const holds = ({ text }: Row) => words.every((word) => text.includes(word))
        expect(idsOf(list.filter(words, null))).toEqual(idsOf(rows.filter(holds)))
        expect(idsOf(list.filter(words, isEven))).toEqual(
          idsOf(rows.filter((row) => holds(row) && isEven(row))),
        )
      }
    }),
    { numRuns: 30 },
  )
})

it('removing an unknown row throws', () => {
  const list = newList()
  const row = rowOf(1)
  list.add(row)
  list.remove(row)
  expect(() => list.remove(row)).toThrow('not in the list')
  list.add(row)
  expect(() => list.remove({ ...row })).toThrow('not in the list')
})

describe('a search', () => {
  it('a search finds no word that begins in one row and ends in the next', () => {
    const list = newList()
    for (const [order, text] of ['worker', 'node'].entries()) list.add(rowOf(order, text))
    for (const word of ['rnode', 'r\0node', 'r\0', '\0'])
      expect(list.filter([word], null)).toEqual([])
    expect(list.filter(['node'], null)).toHaveLength(1)
  })

  it('a search finds the current texts', () => {
    const list = newList()
    const before = rowOf(1, 'before')
    list.add(before)
    expect(list.filter(['before'], null)).toEqual([before])
    list.remove(before)
    list.add(rowOf(1, 'after'))
    expect(list.filter(['before'], null)).toEqual([])
    expect(list.filter(['after'], null)).toHaveLength(1)
  })
})
