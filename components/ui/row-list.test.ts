import { expect, it } from 'vitest'
import { indexOfRow, knownRows, type Rows } from '#components/ui/row-list.ts'

/** Rows named by letters; a dot is an unread row. */
function rows(letters: string): Rows<string> {
  return {
    count: letters.length,
    rowAt: (index) => (letters[index] === '.' ? undefined : letters[index]),
    keyOf: (letter) => letter,
  }
}

it.each<[string, letters: string, near: number, index: number]>([
  ['where it was last', 'abc', 2, 2],
  ['moved', 'cab', 2, 0],
  ['not read yet where it was', 'ab.', 2, 2],
  ['moved, while another is not read yet', 'c.b', 2, 0],
  ['not there', 'ab', -1, -1],
  ['fewer rows than before', 'ab', 2, -1],
  ['not read yet, and never seen', 'ab.', -1, -1],
])('the index of row c: %s', (_, letters, near, index) => {
  expect(indexOfRow(rows(letters), 'c', near)).toBe(index)
})

it('a search looks only at read rows', () => {
  const asked: number[] = []
  const rowAt = (index: number) => {
    asked.push(index)
    return `row ${index}`
  }
  const many = { count: 100_000, rowAt, keyOf: (row: string) => row, read: [3, 50_000, 50_001] }
  expect([indexOfRow(many, 'row 50001'), indexOfRow(many, 'row 4')]).toEqual([50_001, -1])
  expect(knownRows(many)).toEqual(['row 3', 'row 50000', 'row 50001'])
  expect(new Set(asked)).toEqual(new Set(many.read))
})

it('the list of known rows leaves out unread ones', () => {
  expect(knownRows(rows('.b.d'))).toEqual(['b', 'd'])
})
