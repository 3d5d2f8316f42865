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
 * The brake's answers to past approvals, fed in order of time. Counts like the approver's brake. A
 * tripped scope stays tripped: when a person would have released it is unknown.
 */
export class BrakeReplay {
  readonly #limits: AutomaticLimits
  readonly #tally = new Tally()
  /** Approvals in the tally, oldest first, from `#oldest` on. */
  readonly #counted: { readonly uid: string; readonly at: number }[] = []
  #oldest = 0
  #trips: readonly Trip[] = []

  constructor(limits: AutomaticLimits) {
    this.#limits = limits
  }

  /** The scope in which the brake would have stopped the approval; null (and counted) if none. */
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

  /** Counts an approval that was given regardless of the limits. */
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
