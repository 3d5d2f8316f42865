import type { Csr, CsrCondition } from '#lib/csr/model.ts'
import { APPROVED, DENIED, FAILED } from '#lib/csr/names.ts'
import { DAY_MS } from '#lib/csr/units-of-time.ts'

type Conditioned = Pick<Csr, 'conditions' | 'certificate'>

/** kubectl's CONDITION text: `Pending`, `Approved,Issued`, `Denied`, `Approved,Failed`, … */
export function csrStatus(csr: Conditioned): string {
  let status = isDenied(csr) ? DENIED : isApproved(csr) ? APPROVED : 'Pending'
  if (isFailed(csr)) status += `,${FAILED}`
  if (isIssued(csr)) status += ',Issued'
  return status
}

/** kube-controller-manager deletes a request that has waited so long, at its next hourly sweep. */
export const PENDING_LASTS_MS = DAY_MS

/** Whether the request is undecided and not failed: the only state in which it gets a verdict. */
export function isPending(csr: Conditioned): boolean {
  return !isApproved(csr) && !isDenied(csr) && !isFailed(csr)
}

export function isApproved(csr: Conditioned): boolean {
  return condition(csr, APPROVED) !== null
}

export function isDenied(csr: Conditioned): boolean {
  return condition(csr, DENIED) !== null
}

export function isFailed(csr: Conditioned): boolean {
  return condition(csr, FAILED) !== null
}

export function isIssued(csr: Conditioned): boolean {
  return csr.certificate !== null && csr.certificate !== ''
}

/** Whether the request is approved and not failed, but not issued yet. */
export function awaitsSigner(csr: Conditioned): boolean {
  return isApproved(csr) && !isDenied(csr) && !isFailed(csr) && !isIssued(csr)
}

/** The deciding condition; a denial comes before an approval, as in kubectl. */
export function decision(csr: Conditioned): CsrCondition | null {
  return condition(csr, DENIED) ?? condition(csr, APPROVED)
}

/** The first condition of a type, whatever its `status`, as in kubectl. */
export function condition(csr: Conditioned, type: string): CsrCondition | null {
  // Fast path: most requests that are judged have none.
  if (csr.conditions.length === 0) return null
  return csr.conditions.find((candidate) => candidate.type === type) ?? null
}
