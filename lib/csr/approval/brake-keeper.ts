import type { Claim } from '#lib/csr/claim/claim.ts'
import { REASON_AUTO_APPROVE } from '#lib/csr/names.ts'
import {
  type Approval,
  afterRelease,
  BRAKE_WINDOW_MS,
  type Place,
  readTrips,
  stoppedBy,
  Tally,
  type Trip,
  tripping,
  withTrip,
  writeTrips,
} from '#lib/csr/policy/brake.ts'
import type { AutomaticLimits } from '#lib/csr/policy/policy.ts'
import { decision, isDenied, isFailed } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

export interface BrakeKeeper {
  readonly trips: readonly Trip[]
  /** Records a request as the API server has it now. */
  seen(claim: Claim): void
  /** Counts an approval that was given, whatever the limits were. */
  given(uid: string, approval: Approval): void
  /** Counts an approval before it is written. Returns the trip that forbids it, or null. */
  begin(uid: string, place: Place, limits: AutomaticLimits): Trip | null
  /** Removes an approval that was not written. */
  takeBack(uid: string): void
  stopped(place: Place): Trip | null
  /** Reads the last leader's trips from the Lease. */
  inherit(text: string): void
  /** Releases the trips on a person's request. Answers whether there were any. */
  release(at: number): boolean
  /** Text for the Lease: the next leader continues from it, and the dashboard shows it. */
  text(): string
}

/**
 * Counts approvals by lib/csr/policy/brake.ts, and keeps trips until a person releases them: of the
 * approver, and of the forecast of a policy for the last day, which no person releases.
 */
export function keepBrake({
  now,
  onTrip,
}: {
  /** Milliseconds since the epoch: of the time when an approval was filed, in a forecast. */
  readonly now: () => number
  readonly onTrip: (trip: Trip) => void
}): BrakeKeeper {
  const tally = new Tally()
  let trips: readonly Trip[] = []
  let releasedAt = 0

  function trip(scope: Trip['scope'], name: string): Trip {
    const one = { scope, name, at: new Date(now()).toISOString() }
    const more = withTrip(trips, one)
    if (more !== trips) {
      trips = more
      onTrip(one)
    }
    return one
  }

  function windowStart(): number {
    return Math.max(now() - BRAKE_WINDOW_MS, releasedAt)
  }

  return {
    get trips() {
      return trips
    },
    seen({ csr, nodeName }) {
      const approved = decision(csr)
      if (approved?.reason !== REASON_AUTO_APPROVE || isDenied(csr) || isFailed(csr)) {
        // A request under write is not decided yet: it stays counted.
        if (approved !== null || isFailed(csr)) tally.delete(csr.uid)
        return
      }
      const at = Math.min(milliseconds(approved.lastUpdateTime) ?? now(), now())
      if (at > windowStart()) {
        tally.add(csr.uid, { at, node: nodeName, requestor: csr.requestor.username })
      }
    },
    given: (uid, approval) => tally.add(uid, approval),
    begin(uid, place, limits) {
      tally.forgetUntil(windowStart())
      // An earlier try with a lost answer counts as one approval with this one.
      tally.delete(uid)
      const stop = stoppedBy(trips, place)
      if (stop !== null) return stop
      const over = tripping(tally, limits, place)
      if (over !== null) return trip(over.scope, over.name)
      tally.add(uid, { at: now(), ...place })
      return null
    },
    takeBack: (uid) => tally.delete(uid),
    stopped: (place) => stoppedBy(trips, place),
    inherit(text) {
      const left = readTrips(text)
      if (left === null) trip('total', '')
      for (const one of left ?? []) trips = withTrip(trips, one)
      trips = afterRelease(trips, releasedAt)
    },
    release(at) {
      if (at <= releasedAt) return false
      releasedAt = at
      tally.forgetUntil(at)
      const left = afterRelease(trips, at)
      const changed = left !== trips
      trips = left
      return changed
    },
    text: () => writeTrips(trips),
  }
}
