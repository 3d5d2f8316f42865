import { type Cause, cause } from '#lib/csr/cause.ts'
import type { ProblemCode } from '#lib/server/door/problem.ts'
import type { Principal } from '#lib/server/people/principal.ts'

/** A refused call, with the reason for the route to answer. */
export interface Refusal {
  readonly refused: ProblemCode
  readonly why: Cause
}

const UNKNOWN: Refusal = { refused: 'rightsUnknown', why: cause('rightsUnknown') }
const NO_RIGHT: Refusal = { refused: 'mayNotApprove', why: cause('mayNotApprove') }

/**
 * Why this person may decide none of the requests, which are of these signers: known before a line is
 * written. Null where the API server answers each write. A laptop's rights may be unknown.
 */
export function mayNotDecide(
  { viewer, access }: Pick<Principal, 'viewer' | 'access'>,
  signers: readonly string[],
): Refusal | null {
  const isTeam = viewer.uid !== undefined
  if (access.reviewedAt === null) return isTeam ? UNKNOWN : null
  if (!access.approval) return NO_RIGHT
  if (!isTeam) return null
  // The access review does not ask about signers outside the settings.
  const may = (signer: string) => access.signers[signer] !== false
  const known = signers.length > 0 ? signers : Object.keys(access.signers)
  return known.some(may) ? null : NO_RIGHT
}
