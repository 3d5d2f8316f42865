import { randomUUID } from 'node:crypto'
import type { Plan } from '#lib/act/plan.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'

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

/** Most plans, far above those open at once. */
const MOST_PLANS = 50
const LONGEST_MS = HOUR_MS

/** Plans that a person may still be reading, each visible to its own session only. */
export class KeptPlans {
  readonly #now: () => number
  readonly #plans = new Map<string, KeptPlan & { readonly owner: Owner; readAt: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  keep(made: Plan, user: string, owner: Owner): KeptPlan {
    const kept = { id: randomUUID(), made, shown: made, user, owner, readAt: this.#now() }
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
    if (this.#plans.size > MOST_PLANS) this.#forgetOneOfMost()
  }

  /** Drops the least recently read plan of the person with the most: none pushes out another's. */
  #forgetOneOfMost(): void {
    const ofPeople = [...Map.groupBy(this.#plans.values(), ({ user }) => user).values()]
    const [one] = ofPeople.reduce((most, theirs) => (theirs.length > most.length ? theirs : most))
    if (one !== undefined) this.#plans.delete(one.id)
  }
}
