import { expect, it } from 'vitest'
import { joinPicture, PICTURE } from '#components/activity/join-points.ts'
import type { DayOfJoins } from '#lib/wire/join-answers.ts'

const day = (fields: Partial<DayOfJoins> = {}): DayOfJoins => ({
  ...{ day: '2026-11-24', waiting: 0, joined: 0, late: 0, p50: null, p95: null, longest: null },
  ...fields,
})
const { bars, spans } = PICTURE

it('the chart draws bars from 0, with the late joins on top', () => {
  const { points } = joinPicture([day({ joined: 10, late: 5 }), day({ joined: 5 }), day()])
  const half = (bars.bottom - bars.top) / 2
  expect(points.map(({ inTime, late }) => ({ inTime, late }))).toEqual([
    { inTime: { y: bars.top + half, height: half }, late: { y: bars.top, height: half } },
    { inTime: { y: bars.top + half, height: half }, late: null },
    { inTime: null, late: null },
  ])
})

it.each([
  [1, [1, 0]],
  [2, [2, 1, 0]],
  [3, [5, 0]],
  [10, [10, 5, 0]],
  [11, [20, 10, 0]],
  [48, [50, 25, 0]],
  [501, [1_000, 500, 0]],
])('the scale for %i machines has whole numbers: %j', (joined, numbers) => {
  const { marks } = joinPicture([day({ joined })])
  expect(marks.map(({ machines }) => machines)).toEqual(numbers)
  expect([marks[0]?.y, marks.at(-1)?.y]).toEqual([bars.top, bars.bottom])
})

it('machines that began to wait are drawn on the same scale, also where more wait than join', () => {
  const { points, marks } = joinPicture([day({ joined: 5, waiting: 10 }), day({ joined: 5 })])
  expect(marks[0]?.machines).toBe(10)
  expect(points.map(({ waiting }) => waiting)).toEqual([bars.top, null])
})

it('a longer span is drawn higher, and no point is drawn without a known time', () => {
  const { points, spanAt } = joinPicture([
    day({ p50: 30, p95: 3_600 }),
    day({ p50: 300, p95: 40_000 }),
    day(),
  ])
  expect(points[0]).toMatchObject({ p50: spans.bottom, p95: spanAt(3_600) })
  expect(points[1]?.p50).toBeLessThan(spans.bottom)
  expect(points[1]?.p95).toBeCloseTo(spans.top)
  expect(points[2]).toMatchObject({ p50: null, p95: null })
})

it.each([
  [30, [1, 8, 15, 22, 29]],
  [90, [5, 26, 47, 68, 89]],
  [365, [56, 133, 210, 287, 364]],
])('the chart names five of %i days, the last among them', (count, named) => {
  const { points } = joinPicture(Array.from({ length: count }, () => day()))
  expect(points.flatMap(({ name }, at) => (name === null ? [] : [at]))).toEqual(named)
})
