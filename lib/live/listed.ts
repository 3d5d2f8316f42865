import type { MachineRow, NodeSummary, RequestRow } from '#lib/csr/machine/rows.ts'

/**
 * The row as the list keeps it: without the fingerprint, which does not compress and is read by
 * preflight right before a decision (docs/decisions/0002-packed-snapshot.md).
 */
export type ListedRequest = Omit<RequestRow, 'fingerprint'>
/** Without its uid, which nothing in a list needs: nodes are keyed by name there. */
export type ListedNode = Omit<NodeSummary, 'uid'>
export interface ListedMachine extends Omit<MachineRow, 'requests' | 'node'> {
  readonly requests: readonly ListedRequest[]
  readonly node: ListedNode | null
}
