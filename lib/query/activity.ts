import type { Decider } from '#lib/csr/machine/decider.ts'
import type { ListedRequest } from '#lib/live/listed.ts'
import { isPending } from '#lib/query/board-facts.ts'
import { keptUp } from '#lib/query/kept-up.ts'
import { lastDecidedFirst, requestChanges } from '#lib/query/lists.ts'
import { reordered } from '#lib/query/reordered.ts'
import { findsAll, searchWords } from '#lib/query/search-words.ts'

/** What was decided: `Approved,Failed` is both. */
export const DECISIONS = ['all', 'approved', 'denied', 'failed'] as const
export type DecisionFilter = (typeof DECISIONS)[number]

/**
 * Where a decision came from. `people`: a person here. `automatic`: nobody in particular.
 * `elsewhere`: whoever it was, it was not here.
 */
export const ORIGINS = ['people', 'automatic', 'elsewhere'] as const
export type Origin = (typeof ORIGINS)[number]

export interface ActivityFilter {
  readonly text: string
  readonly decision: DecisionFilter
  /** '' for any. */
  readonly origin: Origin | ''
}

export interface Activity {
  /** What was decided last first. */
  readonly rows: readonly ListedRequest[]
  readonly counts: Readonly<Record<DecisionFilter, number>>
}

/** kubectl's CONDITION text says it. */
const DECIDED: Record<DecisionFilter, (status: string) => boolean> = {
  all: () => true,
  approved: (status) => status.startsWith('Approved'),
  denied: (status) => status.startsWith('Denied'),
  failed: (status) => status.includes('Failed'),
}

/** What was decided, and what its signer made of it: failed alone, that is the decision. */
export function decisionOf(status: string): {
  readonly kind: Exclude<DecisionFilter, 'all'>
  readonly signer: 'failed' | 'issued' | 'notIssued'
} {
  return {
    kind: DECIDED.approved(status) ? 'approved' : DECIDED.denied(status) ? 'denied' : 'failed',
    signer: DECIDED.failed(status) ? 'failed' : status.endsWith(',Issued') ? 'issued' : 'notIssued',
  }
}

/** Every request that was approved, denied or failed. */
export const activityOf = keptUp<Activity>(
  () => ({ rows: [], counts: { all: 0, approved: 0, denied: 0, failed: 0 } }),
  (activity, changes) => {
    const requests = requestChanges(changes)
    const gone = requests.gone.filter(isDecided)
    const come = requests.come.filter(isDecided)
    if (gone.length + come.length === 0) return activity
    const counts = { ...activity.counts }
    for (const each of DECISIONS) counts[each] += count(come, each) - count(gone, each)
    return { rows: reordered(activity.rows, gone, come, lastDecidedFirst), counts }
  },
)

function isDecided(request: ListedRequest): boolean {
  return !isPending(request)
}

function count(requests: readonly ListedRequest[], decision: DecisionFilter): number {
  return requests.filter(({ status }) => DECIDED[decision](status)).length
}

/** Those of the decided requests that match, in the order given. */
export function filterActivity(
  decided: readonly ListedRequest[],
  { text, decision, origin }: ActivityFilter,
): readonly ListedRequest[] {
  const words = searchWords(text)
  if (words.length === 0 && decision === 'all' && origin === '') return decided
  return decided.filter(
    (request) =>
      DECIDED[decision](request.status) &&
      (origin === '' || ORIGIN_OF[knownDecider(request)] === origin) &&
      (words.length === 0 || findsAll(words, textsOf(request))),
  )
}

const ORIGIN_OF: Record<Decider | 'signer', Origin> = {
  countersign: 'people',
  approver: 'automatic',
  machineApprover: 'automatic',
  controllerManager: 'automatic',
  signer: 'automatic',
  kubectl: 'elsewhere',
  other: 'elsewhere',
}

/** Who decided; ours by its reason alone, without a name, is nobody we know. */
export function knownDecider({ decider, decidedBy }: ListedRequest): Decider | 'signer' {
  if (decider === null) return 'signer'
  return decider === 'countersign' && decidedBy === null ? 'other' : decider
}

/** When the first of them was decided: so far back it goes. Null where nobody says. */
export function reachesBackTo(decided: readonly ListedRequest[]): string | null {
  return decided.findLast(({ decidedAt }) => decidedAt !== null)?.decidedAt ?? null
}

function textsOf(request: ListedRequest): readonly (string | null)[] {
  const { name, nodeName, signerName, decidedBy, proposedBy, decisionNote, failure } = request
  return [name, nodeName, signerName, decidedBy, proposedBy, decisionNote, failure]
}
