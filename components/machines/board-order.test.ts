import { expect, it } from 'vitest'
import {
  asListed,
  drawnBy,
  finder,
  type HeldRow,
  withGone,
} from '#components/machines/board-order.ts'
import { makeBoardRow } from '#components/machines/fixtures/make-machine.ts'
import { knownRows, type Rows, rowsOf } from '#components/ui/row-list.ts'
import type { BoardRow } from '#lib/wire/views.ts'

const listOf = (...names: string[]): Rows<BoardRow> =>
  rowsOf(
    names.map((name) => makeBoardRow(name)),
    ({ key }) => key,
  )
const written = (rows: Rows<HeldRow>) =>
  knownRows(rows).map(({ item, gone }) => (gone ? `${item.key} gone` : item.key))

/** The list without rows that keep a place after leaving. */
const still = (rows: Rows<BoardRow>) => ({ ...rows, gone: new Map<number, BoardRow>() })

/** Places 0 and 2 of a list whose middle row has left. */
const b = makeBoardRow('b')
const AC: Rows<BoardRow> & { readonly gone: ReadonlyMap<number, BoardRow> } = {
  count: 3,
  rowAt: (index) => [makeBoardRow('a'), undefined, makeBoardRow('c')][index],
  keyOf: ({ key }) => key,
  read: [0, 2],
  gone: new Map([[1, b]]),
}

it('a row that left the cluster keeps its place, marked as gone', () => {
  expect(written(withGone(AC, finder([])))).toEqual(['a', 'b gone', 'c'])
})

it('a row that moved to another section keeps its place, with its contents of now', () => {
  const moved = makeBoardRow('b', { waiting: false })
  const onTheirWay = rowsOf([moved], ({ key }) => key)
  const rows = withGone(AC, finder([listOf('x'), onTheirWay]))
  expect(written(rows)).toEqual(['a', 'b', 'c'])
  expect(rows.rowAt(1)?.item).toBe(moved)
})

it('a row that another list keeps in place is not drawn twice', () => {
  const rows = asListed(listOf('a', 'b', 'c'), (key) => key === 'b')
  expect(written(rows)).toEqual(['a', 'c'])
  expect(rows.count).toBe(2)
})

it('rows of a partly read list move up by the hidden row, and no further', () => {
  const names = new Map([0, 1, 4].map((at) => [at, makeBoardRow(`row ${at}`)]))
  const partly = {
    count: 6,
    rowAt: (at: number) => names.get(at),
    keyOf: ({ key }: BoardRow) => key,
  }
  const rows = asListed({ ...partly, read: [0, 1, 4] }, (key) => key === 'row 1')
  expect([rows.count, rows.read]).toEqual([5, [0, 3]])
  expect([0, 1, 3].map((at) => rows.rowAt(at)?.item.key)).toEqual(['row 0', undefined, 'row 4'])
})

it('the same row stays the same object', () => {
  const rows = listOf('a')
  expect(asListed(rows).rowAt(0)).toBe(asListed(rows).rowAt(0))
})

it('a row in two sections is drawn by the first, until the later answer arrives', () => {
  const [waiting, onTheirWay] = [still(listOf('a', 'b')), still(listOf('b', 'c'))]
  const joined = still(listOf('d'))
  expect(drawnBy([waiting, onTheirWay, joined])).toEqual(new Map([['b', waiting]]))
  expect(drawnBy([still(listOf('a')), onTheirWay, joined])).toBeNull()
})

it('a row that a section keeps in place is drawn by that section, wherever it is listed', () => {
  const [earlier, later] = [still(listOf('b')), still(listOf('x', 'b'))]
  expect(drawnBy([earlier, AC, later])).toEqual(new Map([['b', AC]]))
})
