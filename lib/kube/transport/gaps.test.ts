import { expect, it } from 'vitest'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createGaps } from '#lib/kube/transport/gaps.ts'

it('a gap of a name begins once in its time', () => {
  const clock = manualClock()
  const begins = createGaps(clock, 10_000)
  expect([begins('kim'), begins('kim'), begins('lee'), begins(null)]).toEqual([
    ...[true, false, true, true],
  ])
  clock.advance(9_999)
  expect(begins('kim')).toBe(false)
  clock.advance(1)
  expect(begins('kim')).toBe(true)
})
