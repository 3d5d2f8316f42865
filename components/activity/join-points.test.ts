import { expect, it } from 'vitest'
import { joinPicture, PICTURE } from '#components/activity/join-points.ts'
import type { DayOfJoins } from '#lib/query/domain-types.ts'

const day = (fields: Partial<DayOfJoins> = {}): DayOfJoins => ({
  ...{ day: '2026-11-24', waiting: 0, joined: 0, late: 0, p50: null, p95: null },
  ...fields,
})
const { bars, spans } = PICTURE

it('draws bars from 0, those past the hour on top', () => {
  const { points, most } = joinPicture([day({ joined: 10, late: 5 }), day({ joined: 5 }), day()])
  const half = (bars.bottom - bars.top) / 2
  expect(most).toBe(10)
  expect(points.map(({ inTime, late }) => ({ inTime, late }))).toEqual([
    { inTime: { y: bars.top + half, height: half }, late: { y: bars.top, height: half } },
    { inTime: { y: bars.top + half, height: half }, late: null },
    { inTime: null, late: null },
  ])
})

it.each([
  [1, 1],
  [3, 5],
  [10, 10],
  [11, 20],
  [48, 50],
  [501, 1_000],
])('%i machines: the bars end at %i', (joined, most) => {
  expect(joinPicture([day({ joined })]).most).toBe(most)
})

it('draws those that began to wait at the same scale, also where more wait than join', () => {
  const { points, most } = joinPicture([day({ joined: 5, waiting: 10 }), day({ joined: 5 })])
  expect(most).toBe(10)
  expect(points.map(({ waiting }) => waiting)).toEqual([bars.top, null])
})

it('draws a longer span higher, and none where no time is known', () => {
  const { points, hourAt } = joinPicture([
    day({ p50: 30, p95: 3_600 }),
    day({ p50: 300, p95: 40_000 }),
    day(),
  ])
  expect(points[0]).toMatchObject({ p50: spans.bottom, p95: hourAt })
  expect(points[1]?.p50).toBeLessThan(spans.bottom)
  expect(points[1]?.p95).toBeCloseTo(spans.top)
  expect(points[2]).toMatchObject({ p50: null, p95: null })
})
