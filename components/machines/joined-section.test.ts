import { expect, it } from 'vitest'
import { medianOf } from '#components/machines/joined-section.tsx'

it.each([
  [[], null],
  [[9], 9],
  [[9, 1], 5],
  [[100, 1, 9], 9],
  [[10, 9, 100, 1], 9.5],
])('the median of %j is %s', (numbers, median) => {
  expect(medianOf(numbers)).toBe(median)
})
