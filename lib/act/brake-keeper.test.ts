import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keepBrake } from '#lib/act/brake-keeper.ts'
import { BRAKE_WINDOW_MS } from '#lib/csr/policy/brake.ts'
import { BrakeReplay } from '#lib/csr/policy/brake-replay.ts'

const LIMITS = { perNode: 2, perRequestor: 3, total: 5 }

it('the brake stops exactly the requests that the forecast of the policy page stops', () => {
  const approval = fc.record({
    node: fc.constantFrom('a', 'b', 'c', null),
    requestor: fc.constantFrom('x', 'y'),
    after: fc.integer({ min: 0, max: BRAKE_WINDOW_MS / 2 }),
  })
  fc.assert(
    fc.property(fc.array(approval, { maxLength: 40 }), (approvals) => {
      let now = Date.parse('2026-11-24T12:00:00Z')
      const brake = keepBrake({ now: () => now, onTrip() {} })
      const replay = new BrakeReplay(LIMITS)
      for (const [index, { after, ...place }] of approvals.entries()) {
        now += after
        const trip = brake.begin(`uid-${index}`, place, LIMITS)
        expect(replay.next(`uid-${index}`, { ...place, at: now })).toBe(trip?.scope ?? null)
      }
    }),
  )
})
