// @vitest-environment happy-dom
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import type { Rows } from '#components/ui/row-list.ts'
import { useListsTicks, useTicks } from '#components/ui/ticks.ts'

afterEach(cleanup)

const WORDS = { column: '', all: '', nameOf: (row: string) => row }

/** Rows named by letters, the first few of them read; capitals cannot be ticked. */
function rows(letters: string, read: number, readAll = async () => [...letters]): Rows<string> {
  return {
    count: letters.length,
    rowAt: (index) => (index < read ? letters[index] : undefined),
    keyOf: (letter) => letter,
    read: Array.from(letters.slice(0, read), (_, index) => index),
    readAll,
  }
}

function setUp(list: Rows<string>) {
  const can = (letter: string) => letter === letter.toLowerCase()
  const hook = renderHook((shown: Rows<string>) => useTicks(shown, can, WORDS), {
    initialProps: list,
  })
  const ticks = () => hook.result.current
  return { ticks, show: hook.rerender, ticked: () => [...ticks().keys].sort().join('') }
}

it('ticking all includes unread rows, and no row that cannot be ticked', async () => {
  const list = rows('abCde', 2)
  const { ticks, ticked } = setUp(list)
  await act(async () => ticks().tickAll())
  expect([ticked(), ticks().all()]).toEqual(['abde', 'ticked'])
  act(() => ticks().tickAll())
  expect([ticked(), ticks().all()]).toEqual(['', 'none'])
})

it('ticking all is immediate where all rows are read', () => {
  const { ticks, ticked } = setUp(rows('abC', 3))
  act(() => ticks().tickAll())
  expect([ticked(), ticks().all()]).toEqual(['ab', 'ticked'])
})

it('the head’s box is not full while there are unticked rows', async () => {
  const { ticks, show } = setUp(rows('abcde', 2))
  act(() => ticks().tick('a', false))
  act(() => ticks().tick('b', false))
  expect(ticks().all()).toBe('mixed')
  await act(async () => ticks().tickAll())
  expect(ticks().all()).toBe('ticked')
  // Another filter lists other rows.
  show(rows('abcdefg', 2))
  expect(ticks().all()).toBe('mixed')
})

it('a range includes the unread rows in between', async () => {
  const list = rows('abCde', 1)
  const { ticks, show, ticked } = setUp(list)
  act(() => ticks().tick('a', false))
  show({ ...list, rowAt: (index) => 'abCde'[index] })
  await act(async () => ticks().tick('e', true))
  expect(ticked()).toBe('abde')
})

it('ticking all again ticks exactly the listed rows, not rows that a filter hides', async () => {
  const { ticks, show, ticked } = setUp(rows('abc', 3))
  act(() => ticks().tick('a', false))
  show(rows('bc', 2))
  await act(async () => ticks().tickAll())
  expect(ticked()).toBe('bc')
})

it('a range from a row that has left ticks that one row', async () => {
  const { ticks, show, ticked } = setUp(rows('abc', 3))
  act(() => ticks().tick('a', false))
  show(rows('bc', 2))
  await act(async () => ticks().tick('c', true))
  expect(ticked()).toBe('ac')
})

it('a removed row is no longer ticked', () => {
  const { ticks, ticked } = setUp(rows('abc', 3))
  for (const letter of 'abc') act(() => ticks().tick(letter, false))
  act(() => ticks().untick(['b', 'z']))
  expect(ticked()).toBe('ac')
})

it('the ticks do not change where the list cannot be read', async () => {
  const { ticks, ticked } = setUp(rows('abcde', 2, async () => Promise.reject(new Error('no'))))
  act(() => ticks().tick('a', false))
  await act(async () => ticks().tickAll())
  expect([ticked(), ticks().all()]).toEqual(['a', 'mixed'])
})

it('ticking all rows of one list keeps the ticks of the other, also of unread rows', async () => {
  const hook = renderHook(() =>
    useListsTicks({ first: rows('abc', 1), second: rows('xyz', 3) }, () => true, {
      first: WORDS,
      second: WORDS,
    }),
  )
  const { current: lists } = hook.result
  await act(async () => lists.first.tickAll())
  act(() => hook.result.current.second.tickAll())
  const ticked = () => [...hook.result.current.first.keys].sort().join('')
  expect(ticked()).toBe('abcxyz')
  expect(hook.result.current.second.keys).toBe(hook.result.current.first.keys)
  act(() => hook.result.current.second.tickAll())
  expect(ticked()).toBe('abc')
})
