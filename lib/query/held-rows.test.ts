// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { type HeldBy, holdRows, type ListedRows, orderOf, useHeldRows } from './held-rows.ts'

afterEach(cleanup)

/** Rows named by letters. `count`: length of the list, where only a page of it is read. */
function listOf(letters: string, count = letters.length): ListedRows<string> {
  return {
    count,
    rowAt: (index) => letters[index],
    keyOf: (letter) => letter.toLowerCase(),
    read: Array.from(letters, (_, at) => at),
  }
}
/** The drawn rows as letters: `-` for the place of a row that left. */
const written = ({ count, rowAt }: Pick<ListedRows<string>, 'count' | 'rowAt'>) =>
  Array.from({ length: Math.min(count, 9) }, (_, index) => rowAt(index) ?? '-').join('')

const ABC = orderOf(listOf('abc'))

describe('the drawn rows and the changes, held by the pointer and by the mark', () => {
  it.each<[what: string, listed: string, pointer: string, mark: string]>([
    ['nothing changes', 'abc', 'abc, 0', 'abc, 0'],
    ['a row changes', 'aBc', 'aBc, 0', 'aBc, 0'],
    ['another order', 'cba', 'abc, 2', 'abc, 2'],
    ['the first becomes the last', 'bca', 'abc, 1', 'abc, 1'],
    ['one comes first', 'nabc', 'abcn, 1', 'abcn, 1'],
    ['one comes last, where it belongs', 'abcn', 'abcn, 0', 'abcn, 0'],
    ['one leaves', 'ac', 'a-c, 1', 'ac, 0'],
    ['the last leaves, and one comes', 'nab', 'ab-n, 2', 'abn, 1'],
    ['all leave', '', '---, 3', ', 0'],
  ])('the pointer and the mark hold the drawn rows: %s', (_, listed, pointer, mark) => {
    const held = (by: HeldBy) => {
      const rows = holdRows(listOf(listed), ABC, by)
      return `${written(rows)}, ${rows.changes}`
    }
    expect([held('pointer'), held('mark')]).toEqual([pointer, mark])
  })

  it('a row on an unread page does not count as left', () => {
    const rows = holdRows(listOf('ac', 300), ABC, 'pointer')
    expect([written(rows).slice(0, 3), rows.gone.size, rows.count]).toEqual(['abc', 0, 300])
  })

  it('pages that are read while rows are held are drawn, and no row twice', () => {
    expect(written(holdRows(listOf('bacdef', 300), ABC, 'pointer')).slice(0, 6)).toBe('abcdef')
  })

  it('the mark does not hold rows in a list of several pages', () => {
    expect(written(holdRows(listOf('cab', 300), ABC, 'mark')).slice(0, 3)).toBe('cab')
  })
})

describe('a list', () => {
  const open = () => {
    const { result, rerender } = renderHook(({ letters, list }) => useHeldRows(letters, list), {
      initialProps: { letters: listOf('abc'), list: 'all' },
    })
    return {
      shown: () => `${written(result.current)}, ${result.current.hold.changes}`,
      becomes: (letters: string, list = 'all') => rerender({ letters: listOf(letters), list }),
      set: (by: HeldBy, isOn: boolean) => act(() => result.current.hold.set(by, isOn)),
      bringIn: () => act(() => result.current.hold.bringIn()),
    }
  }

  it('a list moves freely while no person points at it', () => {
    const { shown, becomes } = open()
    becomes('ca')
    expect(shown()).toBe('ca, 0')
  })

  it.each<HeldBy>(['pointer', 'mark'])('a list keeps its order until the %s leaves', (by) => {
    const { shown, becomes, set } = open()
    set(by, true)
    becomes('cab')
    expect(shown()).toBe('abc, 1')
    set(by, false)
    expect(shown()).toBe('cab, 0')
  })

  it('a list brings the changes in on request, and then keeps that order', () => {
    const { shown, becomes, set, bringIn } = open()
    set('pointer', true)
    becomes('na')
    expect(shown()).toBe('a--n, 3')
    bringIn()
    expect(shown()).toBe('na, 0')
    becomes('an')
    expect(shown()).toBe('na, 1')
  })

  it('a list without its pointer keeps its order for the mark, and the rows that left leave', () => {
    const { shown, becomes, set } = open()
    set('pointer', true)
    set('mark', true)
    becomes('ncb')
    expect(shown()).toBe('-bcn, 3')
    set('pointer', false)
    expect(shown()).toBe('bcn, 2')
  })

  it('a list with another filter is another list, and keeps nothing of the one before', () => {
    const { shown, becomes, set } = open()
    set('mark', true)
    becomes('c', 'only c')
    expect(shown()).toBe('c, 0')
  })
})
