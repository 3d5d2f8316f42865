import { describe, expect, it } from 'vitest'
import { cause } from '#lib/csr/cause.ts'
import { manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createClusterClock } from '#lib/kube/transport/cluster-clock.ts'
import { startDeadline } from '#lib/kube/transport/deadline.ts'
import { StateKeeper } from '#lib/kube/watch/reflector-state.ts'

/** Answers of an API server whose clock is `aheadMs` ahead of ours. */
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
    /** Error of the estimate, milliseconds. */
    error: () => clock.now() - own.now() - aheadMs,
  }
}

describe('the clock of the API server', () => {
  it.each([0, 400, -400])('an API server’s clock %i ms from ours changes nothing', (ahead) => {
    const { own, clock, hear } = world(ahead)
    for (let count = 0; count < 20; count += 1) hear(20 + 137 * count)
    expect(Math.abs(clock.now() - own.now() - ahead)).toBeLessThanOrEqual(1_000)
  })

  it.each([30_000, -30_000, 3_600_000])(
    'an API server’s clock %i ms from ours is learned from one answer',
    (ahead) => {
      const { hear, error } = world(ahead)
      hear(40)
      expect(Math.abs(error())).toBeLessThanOrEqual(1_040)
    },
  )

  it('each answer makes the estimate better, and a slow one does no harm', () => {
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

  it('the estimate follows a clock that is set', () => {
    const own = manualClock()
    const clock = createClusterClock(own)
    const hear = (ahead: number) =>
      clock.heard(new Date(own.now() + ahead).toUTCString(), own.now(), own.now())
    hear(60_000)
    hear(0)
    expect(Math.abs(clock.now() - own.now())).toBeLessThanOrEqual(1_000)
  })

  it.each([undefined, '', 'yesterday', 7, ['a', 'b']])('a Date header of %j is ignored', (date) => {
    const own = manualClock()
    const clock = createClusterClock(own)
    clock.heard(date, own.now(), own.now())
    expect(clock.now()).toBe(own.now())
  })
})

describe('durations by our own clock, as API servers behind one address may differ', () => {
  const HOURS = 3_600_000
  const hear = ({ own, clock }: ReturnType<typeof world>, ahead: number) =>
    clock.heard(new Date(own.now() + ahead).toUTCString(), own.now(), own.now())

  it('a watch is cut after its longest silence', () => {
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

  it('data heard just now is not stale, and is stale at once after a sleep', () => {
    const here = world(0)
    const { own, clock } = here
    const keeper = new StateKeeper(clock, () => {})
    keeper.heard()
    keeper.enter('live')
    hear(here, HOURS)
    expect(keeper.state.state).toBe('live')
    own.moveHands(8 * HOURS)
    expect(keeper.state.state).toBe('stale')
  })
})
