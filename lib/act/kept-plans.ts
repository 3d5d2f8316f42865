import { randomUUID } from 'node:crypto'
import type { Plan } from '#lib/act/plan.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import { personKey } from '#lib/people/person-key.ts'
import type { Caller, Principal } from '#lib/people/principal.ts'
import { OF_PEOPLE, ofTheMost } from '#lib/refusals/limits.ts'

/** The maker of a plan: the person, and their session. */
interface PlanMaker extends Pick<Caller, 'session'> {
  readonly principal: Pick<Principal, 'displayName' | 'viewer'>
}

/** Owner of a plan or a run: the session; null for a caller with the launch key. */
export type Owner = AbortSignal | null

export interface KeptPlan {
  readonly id: string
  readonly made: Plan
  /** The plan as last answered: a run approves nothing that the dialog shows as held back. */
  shown: Plan
  /** User that the dialog names as the approver. */
  readonly user: string
}

const LONGEST_MS = HOUR_MS

interface Kept extends KeptPlan {
  readonly owner: Owner
  readonly person: string
  readAt: number
}

/** Plans that a person may still be reading, each visible to its own session only. */
export class KeptPlans {
  readonly #now: () => number
  readonly #plans = new Map<string, Kept>()

  constructor(now: () => number) {
    this.#now = now
  }

  keep(made: Plan, { principal, session: owner }: PlanMaker): KeptPlan {
    const [user, person] = [principal.displayName, personKey(principal.viewer)]
    const kept = { id: randomUUID(), made, shown: made, user, person, owner, readAt: this.#now() }
    this.#plans.set(kept.id, kept)
    this.#forgetOld()
    return kept
  }

  find(id: string, owner: Owner): KeptPlan | null {
    this.#forgetOld()
    const found = this.#plans.get(id)
    if (found === undefined || found.owner !== owner) return null
    // Insert anew, so that the plan read last comes last.
    this.#plans.delete(id)
    found.readAt = this.#now()
    this.#plans.set(id, found)
    return found
  }

  #forgetOld(): void {
    for (const [id, { readAt, owner }] of this.#plans) {
      if (this.#now() - readAt >= LONGEST_MS || owner?.aborted === true) this.#plans.delete(id)
    }
    if (this.#plans.size <= OF_PEOPLE.plans.inAll) return
    // Plans are in the order in which they were last read.
    const [one] = ofTheMost(this.#plans.values(), ({ person }) => person)
    if (one !== undefined) this.#plans.delete(one.id)
  }
}
