import { expect, it } from 'vitest'
import { asHeld, asListed, type HeldRow, orderOf } from '#components/machines/board-order.ts'
import { makeBoardRow } from '#components/machines/fixtures/make-machine.ts'
import { knownRows, type Rows, rowsOf } from '#components/ui/row-list.ts'
import type { BoardRow } from '#lib/query/domain-types.ts'

const listOf = (...names: string[]): Rows<BoardRow> =>
  rowsOf(
    names.map((name) => makeBoardRow(name)),
    ({ key }) => key,
  )
const written = (rows: Rows<HeldRow>) =>
  knownRows(rows).map(({ item, gone }) => (gone ? `${item.key} gone` : item.key))
const NOWHERE = () => null
const ABC = orderOf(asListed(listOf('a', 'b', 'c')))

it.each<[string, Rows<BoardRow>, (key: string) => BoardRow | null, string[]]>([
  ['another order', listOf('c', 'b', 'a'), NOWHERE, ['a', 'b', 'c']],
  ['one comes', listOf('new', 'a', 'b', 'c'), NOWHERE, ['a', 'b', 'c', 'new']],
  ['one is gone', listOf('a', 'c'), NOWHERE, ['a', 'b gone', 'c']],
  [
    'one is in another section by now',
    listOf('a', 'c'),
    (key) => makeBoardRow(key, { waiting: false }),
    ['a', 'b', 'c'],
  ],
])(
  'while the mouse is over the list, rows keep their places: %s',
  (_, rows, elsewhere, expected) => {
    const held = asHeld(rows, ABC, elsewhere)
    expect(written(held)).toEqual(expected)
    expect(held.count).toBe(expected.length)
  },
)

it('a row that is on a page not read is not said to be gone', () => {
  const rows = { ...listOf('a', 'c'), count: 300 }
  const held = asHeld(rows, ABC, NOWHERE)
  expect(written(held)).toEqual(['a', 'b', 'c'])
  expect(held.count).toBe(300)
})

it('pages that are read meanwhile are drawn, and no row twice', () => {
  const names = Array.from({ length: 5 }, (_, at) => `n${at}`)
  const rows = { ...listOf('b', 'a', 'c', ...names), count: 300 }
  expect(written(asHeld(rows, ABC, NOWHERE))).toEqual(['a', 'b', 'c', ...names])
})

it('a row that another list holds in its place is not drawn twice', () => {
  const rows = asListed(listOf('a', 'b', 'c'), (key) => key === 'b')
  expect(written(rows)).toEqual(['a', 'c'])
  expect(rows.count).toBe(2)
})

it('a row that is the same object stays the same', () => {
  const rows = listOf('a')
  expect(asListed(rows).rowAt(0)).toBe(asListed(rows).rowAt(0))
})
