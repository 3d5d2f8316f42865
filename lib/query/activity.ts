import type { Decider } from '#lib/csr/decider.ts'
import type { ListedRequest } from '#lib/live/wire.ts'
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
  readonly shown: readonly ListedRequest[]
  /** Over all, whatever the filter. */
  readonly counts: Readonly<Record<DecisionFilter, number>>
}

/** kubectl's CONDITION text says it. */
const DECIDED: Record<DecisionFilter, (status: string) => boolean> = {
  all: () => true,
  approved: (status) => status.startsWith('Approved'),
  denied: (status) => status.startsWith('Denied'),
  failed: (status) => status.includes('Failed'),
}

/** Those of the decided requests that match, in the order given. */
export function filterActivity(
  decided: readonly ListedRequest[],
  { text, decision, origin }: ActivityFilter,
): Activity {
  const words = searchWords(text)
  const counts = { all: 0, approved: 0, denied: 0, failed: 0 }
  const shown: ListedRequest[] = []
  for (const request of decided) {
    for (const each of DECISIONS) if (DECIDED[each](request.status)) counts[each] += 1
    if (
      DECIDED[decision](request.status) &&
      (origin === '' || ORIGIN_OF[knownDecider(request)] === origin) &&
      (words.length === 0 || findsAll(words, textsOf(request)))
    ) {
      shown.push(request)
    }
  }
  return { shown, counts }
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
