import { expect, it } from 'vitest'
import { momentsOf, noonOf } from '#components/activity/day-range.ts'

const local = (text: string) => new Date(text).toISOString()

it.each([
  ['no range', '', '', {}],
  [
    'one day, from its first moment to the next day’s',
    '2026-11-24',
    '2026-11-24',
    { since: local('2026-11-24T00:00:00'), before: local('2026-11-25T00:00:00') },
  ],
  ['an open end', '2026-11-30', '', { since: local('2026-11-30T00:00:00') }],
  ['the last day of a year', '', '2026-12-31', { before: local('2027-01-01T00:00:00') }],
  ['a day that does not exist', '2026-02-31', '2026-13-01', {}],
  ['other texts', 'yesterday', '2026-1-1', {}],
])('momentsOf reads %s', (_, from, to, moments) => {
  expect(momentsOf({ from, to })).toEqual(moments)
})

it('noonOf gives a moment of that day, and null for a text that is no day', () => {
  expect(new Date(noonOf('2026-11-24') ?? 0).getDate()).toBe(24)
  expect(noonOf('soon')).toBeNull()
})
