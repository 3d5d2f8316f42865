import { FAILED, isKubeletSigner } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { isApprovedRow, isIssuedRow } from '#lib/csr/rows/next-request.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import type { ApprovedAgainst } from '#lib/csr/world/alarms.ts'

/**
 * The alarm of an approval against the checks, by the verdict right before it. Null for another
 * signer's request, for one that was not approved or that its signer refused, and where no check had
 * failed.
 */
export function approvedAgainst(
  row: JudgedRequest,
  { verdict, failing, reason }: Pick<JudgedRequest, 'verdict' | 'failing' | 'reason'>,
): ApprovedAgainst | null {
  const { uid, name: request, nodeName: machine, requestor, status, decider, decidedBy } = row
  if (!isKubeletSigner(row.signerName)) return null
  const isUseless = status.includes(FAILED) && !isIssuedRow({ status })
  if (!isApprovedRow({ status }) || isUseless || !isHeldBack(verdict)) return null
  const facts = { verdict, failing, reason, decider, decidedBy }
  return { kind: 'approvedAgainst', uid, request, machine, requestor, ...facts, since: null }
}
