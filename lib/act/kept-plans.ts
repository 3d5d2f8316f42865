import { randomUUID } from 'node:crypto'
import type { Plan } from '#lib/act/plan.ts'

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

/** Plans that a person may still be reading, each visible to its own session only. */
export interface KeptPlans {
  keep(made: Plan, user: string, owner: Owner): KeptPlan
  find(id: string, owner: Owner): KeptPlan | null
}

/** Most plans, far above those open at once. */
const MOST_PLANS = 50
const LONGEST_MS = 60 * 60_000

export function keepPlans(now: () => number): KeptPlans {
  const plans = new Map<string, KeptPlan & { readonly owner: Owner; readAt: number }>()

  function forgetOld(): void {
    for (const [id, { readAt, owner }] of plans) {
      if (now() - readAt >= LONGEST_MS || owner?.aborted === true) plans.delete(id)
    }
    if (plans.size > MOST_PLANS) forgetOneOfMost()
  }

  /** Drops the least recently read plan of the person with the most: none pushes out another's. */
  function forgetOneOfMost(): void {
    const ofPeople = [...Map.groupBy(plans.values(), ({ user }) => user).values()]
    const [one] = ofPeople.reduce((most, theirs) => (theirs.length > most.length ? theirs : most))
    if (one !== undefined) plans.delete(one.id)
  }

  return {
    keep(made, user, owner) {
      const kept = { id: randomUUID(), made, shown: made, user, owner, readAt: now() }
      plans.set(kept.id, kept)
      forgetOld()
      return kept
    },
    find(id, owner) {
      forgetOld()
      const found = plans.get(id)
      if (found === undefined || found.owner !== owner) return null
      // Insert anew, so that the plan read last comes last.
      plans.delete(id)
      found.readAt = now()
      plans.set(id, found)
      return found
    },
  }
}
