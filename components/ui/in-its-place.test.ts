import { expect, it } from 'vitest'
import { inItsPlace, type RowKeys } from '#components/ui/in-its-place.ts'

const keys = (names: string): RowKeys => {
  const all = names === '' ? [] : names.split(' ')
  return { has: (key) => all.includes(key), all: () => all }
}

it.each<[what: string, left: string, before: string, now: string, expected: string | null]>([
  ['the next one', 'b', 'a b c', 'a c', 'c'],
  ['the next one that is still there', 'b', 'a b c d', 'a d', 'd'],
  ['of the last: the one before', 'c', 'a b c', 'a b', 'b'],
  ['of the last: the nearest before that is still there', 'd', 'a b c d', 'a', 'a'],
  ['not the first, because it is new', 'b', 'a b c', 'new a c', 'c'],
  ['no other is left', 'a', 'a', '', null],
  ['those that are there are all new', 'a', 'a b', 'c d', null],
])('the row that takes a lost row’s place is found: %s', (_, left, before, now, expected) => {
  expect(inItsPlace(left, keys(before), keys(now))).toBe(expected)
})
