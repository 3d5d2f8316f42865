import { expect, it } from 'vitest'
import { age, humanDuration, requestedDuration } from '#lib/csr/machine/human-duration.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 24 * HOUR
const YEAR = 365 * DAY

it.each([
  ['beyond a second in the future', -2, '<invalid>'],
  ['just short of two in the future', -1.9, '0s'],
  ['a second in the future', -1, '0s'],
  ['now', 0, '0s'],
  ['a fraction', 1.9, '1s'],
  ['under 2 m', 119, '119s'],
  ['2 m', 120, '2m'],
  ['2 m 12 s', 132, '2m12s'],
  ['under 10 m', 599, '9m59s'],
  ['10 m', 600, '10m'],
  ['10 m and some', 659, '10m'],
  ['under 3 h', 3 * HOUR - 1, '179m'],
  ['3 h', 3 * HOUR, '3h'],
  ['3 h 1 m', 3 * HOUR + MINUTE, '3h1m'],
  ['under 8 h', 8 * HOUR - 1, '7h59m'],
  ['8 h', 8 * HOUR, '8h'],
  ['under 48 h', 48 * HOUR - 1, '47h'],
  ['48 h', 48 * HOUR, '2d'],
  ['2 d 3 h', 51 * HOUR, '2d3h'],
  ['under 8 d', 8 * DAY - 1, '7d23h'],
  ['8 d', 8 * DAY, '8d'],
  ['212 d', 212 * DAY + 5 * HOUR, '212d'],
  ['under 2 y', 2 * YEAR - 1, '729d'],
  ['2 y', 2 * YEAR, '2y'],
  ['2 y 1 d', 2 * YEAR + DAY, '2y1d'],
  ['under 8 y', 8 * YEAR - 1, '7y364d'],
  ['8 y', 8 * YEAR, '8y'],
  ['8 y and some', 8 * YEAR + 9 * DAY, '8y'],
])('a duration is written as kubectl does (%s): %d s is %s', (_, seconds, text) => {
  expect(humanDuration(seconds)).toBe(text)
})

const NOW = Date.parse('2026-11-24T12:12:00Z')

it.each([
  ['2026-11-24T12:09:48Z', '2m12s'],
  ['2026-11-24T14:09:48+02:00', '2m12s'],
  ['2026-11-24T12:12:05Z', '<invalid>'],
  ['not a time', '<unknown>'],
  ['', '<unknown>'],
])('a request of %s is %s old', (createdAt, text) => {
  expect(age(createdAt, NOW)).toBe(text)
})

it.each([
  [null, '<none>'],
  [600, '10m'],
  [86_400, '24h'],
  [31_536_000, '365d'],
])('REQUESTEDDURATION of %s is %s', (seconds, text) => {
  expect(requestedDuration(seconds)).toBe(text)
})
