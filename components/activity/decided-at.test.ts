import { expect, it } from 'vitest'
import { decidedAt } from '#components/activity/decided-at.ts'
import { times } from '#lib/messages/en/times.ts'

const NOW = Date.parse('2026-11-25T00:20:00')

it.each([
  ['today', '2026-11-25T00:10:07', '00:10:07', '9 min'],
  ['yesterday', '2026-11-24T23:50:00', '24 Nov, 23:50', '30 min'],
  ['by a clock that is ahead', '2026-11-25T00:21:00', '00:21:00', '0 s'],
  ['in the future', '2026-11-25T00:21:01', '25 Nov 2026, 00:21', null],
  ['this very day, years from now', '2099-11-25T00:20:00', '25 Nov 2099, 00:20', null],
  ['in another year', '2019-01-01T14:41:00', '1 Jan 2019, 14:41', null],
  ['this very day of another year', '2019-11-25T00:10:00', '25 Nov 2019, 00:10', null],
  ['never', 'never', '—', null],
])('the time of a decision is shown as: %s', (_, at, moment, age) => {
  expect(decidedAt(at, NOW, times)).toEqual({ moment, age })
})
