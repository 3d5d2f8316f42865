import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Principal } from '#lib/people/principal.ts'
import type { ProblemCode } from '#lib/refusals/problem.ts'

/** A refused call, with the reason for the route to answer. */
export interface Refusal {
  readonly refused: ProblemCode
  readonly why: Cause
}

const UNKNOWN: Refusal = { refused: 'rightsUnknown', why: cause('rightsUnknown') }
const NO_RIGHT: Refusal = { refused: 'mayNotApprove', why: cause('mayNotApprove') }

/**
 * Why this person of a team may decide none of the requests, which are of these signers: known before
 * a line is written. Null on a laptop, where the API server answers each write.
 */
export function mayNotDecide(
  { viewer, access }: Pick<Principal, 'viewer' | 'access'>,
  signers: readonly string[],
): Refusal | null {
  if (viewer.uid === undefined) return null
  if (access.reviewedAt === null) return UNKNOWN
  if (!access.approval) return NO_RIGHT
  // The access review does not ask about signers outside the settings.
  const may = (signer: string) => access.signers[signer] !== false
  const known = signers.length > 0 ? signers : Object.keys(access.signers)
  return known.some(may) ? null : NO_RIGHT
}

/** Why this person may begin no run. A laptop's rights may be unknown. */
export function mayNotRun(principal: Pick<Principal, 'viewer' | 'access'>): Refusal | null {
  const { reviewedAt, approval } = principal.access
  return reviewedAt !== null && !approval ? NO_RIGHT : mayNotDecide(principal, [])
}
