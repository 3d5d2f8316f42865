import { type Decider, knownDecider } from '#lib/csr/decider.ts'
import { approvedAgainst } from '#lib/csr/machine/approved-against.ts'
import { isApprovedRow, isDeniedRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { searchText } from '#lib/journal/search-text.ts'
import {
  DECISION_FILTERS,
  type DecisionFilter,
  type Origin,
  type RecordedVerdict,
} from '#lib/wire/views.ts'

/** Decided by kubectl's CONDITION text; `Approved,Failed` counts as both. `judged`: right before it. */
const DECIDED: Readonly<
  Record<DecisionFilter, (row: JudgedRequest, judged: RecordedVerdict | null) => boolean>
> = {
  all: () => true,
  approved: isApprovedRow,
  denied: isDeniedRow,
  failed: ({ status }) => status.includes('Failed'),
  against: (row, judged) => judged !== null && approvedAgainst(row, judged) !== null,
}

/** Whether a decision matches the filter; without its verdict never `against`. */
export function matchesFilter(
  filter: DecisionFilter,
  row: JudgedRequest,
  judged: RecordedVerdict | null,
): boolean {
  return DECIDED[filter](row, judged)
}

/** The filters that a decision matches. */
export function filtersOf(
  row: JudgedRequest,
  judged: RecordedVerdict | null,
): readonly DecisionFilter[] {
  return DECISION_FILTERS.filter((filter) => matchesFilter(filter, row, judged))
}

const ORIGIN_OF: Readonly<Record<Decider | 'signer', Origin>> = {
  countersign: 'people',
  approver: 'automatic',
  machineApprover: 'automatic',
  controllerManager: 'automatic',
  signer: 'automatic',
  kubectl: 'elsewhere',
  other: 'elsewhere',
}

/** The origin of a decided request's decision. */
export function originOf(row: Pick<JudgedRequest, 'decider' | 'decidedBy'>): Origin {
  return ORIGIN_OF[knownDecider(row)]
}

/** Search text of a decided request. */
export function decisionText(row: JudgedRequest): string {
  const { name, nodeName, signerName, decidedBy, proposedBy, decisionNote, failure } = row
  return searchText([name, nodeName, signerName, decidedBy, proposedBy, decisionNote, failure])
}
