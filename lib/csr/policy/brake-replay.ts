import {
  type Approval,
  BRAKE_WINDOW_MS,
  type BrakeScope,
  stoppedBy,
  Tally,
  type Trip,
  tripping,
  withTrip,
} from '#lib/csr/policy/brake.ts'
import type { AutomaticLimits } from '#lib/csr/policy/policy.ts'

/**
 * What the brake would have done with approvals that are told in the order of their time. It counts
 * as the approver's does; where it has stopped it stays so, for nobody knows when a person would
 * have released it.
 */
export class BrakeReplay {
  readonly #limits: AutomaticLimits
  readonly #tally = new Tally()
  /** What stands in the tally, oldest first, from `#oldest` on. */
  readonly #counted: { readonly uid: string; readonly at: number }[] = []
  #oldest = 0
  #trips: readonly Trip[] = []

  constructor(limits: AutomaticLimits) {
    this.#limits = limits
  }

  /** The scope in which the brake would have held it; null when it would not: then it counts. */
  next(uid: string, approval: Approval): BrakeScope | null {
    this.#forgetUntil(approval.at - BRAKE_WINDOW_MS)
    const stopped = stoppedBy(this.#trips, approval)
    if (stopped !== null) return stopped.scope
    const over = tripping(this.#tally, this.#limits, approval)
    if (over === null) {
      this.count(uid, approval)
      return null
    }
    this.#trips = withTrip(this.#trips, { ...over, at: new Date(approval.at).toISOString() })
    return over.scope
  }

  /** One that was given, whatever the limits say. */
  count(uid: string, approval: Approval): void {
    this.#tally.add(uid, approval)
    this.#counted.push({ uid, at: approval.at })
  }

  #forgetUntil(ms: number): void {
    for (;;) {
      const oldest = this.#counted[this.#oldest]
      if (oldest === undefined || oldest.at > ms) return
      this.#tally.delete(oldest.uid)
      this.#oldest += 1
    }
  }
}
