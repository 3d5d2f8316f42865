import { describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createClusterClock } from '#lib/kube/transport/cluster-clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { keepState } from '#lib/kube/watch/reflector-state.ts'

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

describe('how long something took goes by our own clock: behind one address API servers may differ', () => {
  const HOURS = 3_600_000
  const hear = ({ own, clock }: ReturnType<typeof world>, ahead: number) =>
    clock.heard(new Date(own.now() + ahead).toUTCString(), own.now(), own.now())

  it('a watch is cut after the silence that it was given', () => {
    const here = world(0)
    const deadline = startDeadline(undefined, here.clock, () => cause('watchCut'))
    deadline.within(25_000)
    here.own.advance(15_000)
    hear(here, 12_000)
    here.own.advance(9_999)
    expect(deadline.reason()).toBeNull()
    here.own.advance(1)
    expect(deadline.reason()?.kind).toBe('timeout')
  })

  it('what was heard just now is not stale, and is so at once after a sleep', () => {
    const here = world(0)
    const { own, clock } = here
    const keeper = keepState(clock, () => {})
    keeper.heard()
    keeper.enter('live')
    hear(here, HOURS)
    expect(keeper.state.state).toBe('live')
    own.moveHands(8 * HOURS)
    expect(keeper.state.state).toBe('stale')
  })
})
