import { describe, expect, it } from 'vitest'
import { createClusterClock } from '#lib/kube/cluster-clock.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'

/** An answer of an API server whose clock is so far ahead of ours, and that took so long. */
function world(aheadMs: number) {
  const own = manualClock()
  const clock = createClusterClock(own)
  return {
    own,
    clock,
    hear(tookMs: number) {
      const sentAt = own.now()
      own.advance(tookMs / 2)
      const date = new Date(own.now() + aheadMs).toUTCString()
      own.advance(tookMs / 2)
      clock.heard(date, sentAt, own.now())
    },
    /** How wrong it is, milliseconds. */
    error: () => clock.now() - own.now() - aheadMs,
  }
}

describe('the clock of the API server', () => {
  it.each([0, 400, -400])('%i ms from ours, it is ours: no answer says otherwise', (ahead) => {
    const { own, clock, hear } = world(ahead)
    for (let count = 0; count < 20; count += 1) hear(20 + 137 * count)
    expect(Math.abs(clock.now() - own.now() - ahead)).toBeLessThanOrEqual(1_000)
  })

  it.each([30_000, -30_000, 3_600_000])('%i ms from ours, one answer tells', (ahead) => {
    const { hear, error } = world(ahead)
    hear(40)
    expect(Math.abs(error())).toBeLessThanOrEqual(1_040)
  })

  it('comes nearer with every answer, and a slow one spoils nothing', () => {
    const { own, hear, error } = world(90_000)
    for (let count = 0; count < 40; count += 1) {
      hear(10)
      own.advance(137)
    }
    const near = error()
    expect(Math.abs(near)).toBeLessThan(200)
    hear(8_000)
    expect(error()).toBe(near)
  })

  it('follows one that is set', () => {
    const own = manualClock()
    const clock = createClusterClock(own)
    const hear = (ahead: number) =>
      clock.heard(new Date(own.now() + ahead).toUTCString(), own.now(), own.now())
    hear(60_000)
    hear(0)
    expect(Math.abs(clock.now() - own.now())).toBeLessThanOrEqual(1_000)
  })

  it.each([undefined, '', 'yesterday', 7, ['a', 'b']])('%j says nothing', (date) => {
    const own = manualClock()
    const clock = createClusterClock(own)
    clock.heard(date, own.now(), own.now())
    expect(clock.now()).toBe(own.now())
  })
})
