import { randomUUID } from 'node:crypto'
import type { Plan } from '#lib/act/plan.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import { personKey } from '#lib/people/person-key.ts'
import type { Caller, Principal } from '#lib/people/principal.ts'
import { OF_PEOPLE, ofTheMost } from '#lib/refusals/limits.ts'

export interface KeptPlan {
  readonly id: string
  readonly made: Plan
  /** The plan as last answered: a run approves nothing that the dialog shows as held back. */
  shown: Plan
  /** User that the dialog names as the approver. */
  readonly user: string
  /** Key of the person who made it. */
  readonly person: string
  /** The session that made it; null for a launch key. */
  readonly session: Caller['session']
  readAt: number
}

/** Plans that a person may still be reading, each visible to its own session only. */
export class KeptPlans {
  readonly #now: () => number
  readonly #plans = new Map<string, KeptPlan>()

  constructor(now: () => number) {
    this.#now = now
  }

  keep(
    made: Plan,
    { displayName: user, viewer }: Pick<Principal, 'displayName' | 'viewer'>,
    session: Caller['session'],
  ): KeptPlan {
    const whose = { user, person: personKey(viewer), session }
    const kept = { id: randomUUID(), made, shown: made, ...whose, readAt: this.#now() }
    this.#plans.set(kept.id, kept)
    this.#forgetOld()
    return kept
  }

  find(id: string, session: Caller['session']): KeptPlan | null {
    this.#forgetOld()
    const found = this.#plans.get(id)
    if (found === undefined || found.session !== session) return null
    // Insert anew, so that the plan read last comes last.
    this.#plans.delete(id)
    found.readAt = this.#now()
    this.#plans.set(id, found)
    return found
  }

  #forgetOld(): void {
    for (const [id, { readAt, session }] of this.#plans) {
      if (this.#now() - readAt >= HOUR_MS || session?.aborted === true) this.#plans.delete(id)
    }
    if (this.#plans.size <= OF_PEOPLE.plans.inAll) return
    // Plans are in the order in which they were last read.
    const [one] = ofTheMost(this.#plans.values(), ({ person }) => person)
    if (one !== undefined) this.#plans.delete(one.id)
  }
}
