import { type Decider, knownDecider } from '#lib/csr/decider.ts'
import { approvedAgainst } from '#lib/csr/machine/approved-against.ts'
import { isApprovedRow, isDeniedRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import type { DecisionsQuery } from '#lib/journal/record-store.ts'
import { searchText } from '#lib/journal/search-text.ts'
import {
  DECISION_FILTERS,
  type DecisionFilter,
  type Origin,
  type RecordedVerdict,
} from '#lib/wire/views.ts'

/** Decided by kubectl's CONDITION text; `Approved,Failed` counts as both. `judged`: right before it. */
export const DECIDED: Readonly<
  Record<DecisionFilter, (row: JudgedRequest, judged: RecordedVerdict | null) => boolean>
> = {
  all: () => true,
  approved: isApprovedRow,
  denied: isDeniedRow,
  failed: ({ status }) => status.includes('Failed'),
  against: (row, judged) => judged !== null && approvedAgainst(row, judged) !== null,
}

/** The filters that a decision matches; without its verdict never `against`. */
export function filtersOf(
  row: JudgedRequest,
  judged: RecordedVerdict | null,
): readonly DecisionFilter[] {
  return DECISION_FILTERS.filter((filter) => DECIDED[filter](row, judged))
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

/** A decided request that the cluster lists; its time is 0 where that is not known. */
interface ListedDecision {
  readonly row: JudgedRequest
  readonly decidedAt: number
}

/** One condition of a query: of a column of the record, and as a test of a listed decision. */
interface Condition {
  readonly sql: 'machine =' | 'at >=' | 'at <' | 'origin =' | 'status IN'
  readonly value: string | number
  readonly meets: (listed: ListedDecision) => boolean
}

/** All that the query asks of a decision besides its words. */
export function conditionsOf(query: DecisionsQuery): readonly Condition[] {
  const asked: Condition[] = []
  function ask<Value extends string | number>(
    value: Value | undefined,
    sql: Condition['sql'],
    meets: (listed: ListedDecision, value: Value) => boolean,
  ): void {
    if (value !== undefined) asked.push({ sql, value, meets: (listed) => meets(listed, value) })
  }
  const { machine, before, origin } = query
  const decision = query.decision === 'all' ? undefined : query.decision
  ask(machine, 'machine =', ({ row }, name) => row.nodeName === name)
  ask(earliestOf(query), 'at >=', ({ decidedAt }, earliest) => decidedAt >= earliest)
  ask(before, 'at <', ({ decidedAt }, end) => decidedAt < end)
  ask(origin, 'origin =', ({ row }, wanted) => originOf(row) === wanted)
  ask(decision, 'status IN', ({ row }, filter) => DECIDED[filter](row, null))
  return asked
}

/** The earliest time that a query takes: no unknown one, which is 0; undefined where it takes all. */
export function earliestOf({ since, before }: DecisionsQuery): number | undefined {
  return since === undefined && before === undefined ? undefined : Math.max(1, since ?? 1)
}
