import type { Csr, CsrCondition } from '#lib/csr/model.ts'
import { APPROVED, DENIED, FAILED } from '#lib/csr/names.ts'

type Conditioned = Pick<Csr, 'conditions' | 'certificate'>

/** kubectl's CONDITION text: `Pending`, `Approved,Issued`, `Denied`, `Approved,Failed`, … */
export function csrStatus(csr: Conditioned): string {
  let status = isDenied(csr) ? DENIED : isApproved(csr) ? APPROVED : 'Pending'
  if (isFailed(csr)) status += `,${FAILED}`
  if (isIssued(csr)) status += ',Issued'
  return status
}

/** Nobody has decided and no signer has failed it: the only state in which it gets a verdict. */
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

/** Approved, not failed, and the signer has not issued it yet. */
export function awaitsSigner(csr: Conditioned): boolean {
  return isApproved(csr) && !isDenied(csr) && !isFailed(csr) && !isIssued(csr)
}

/** The condition that decided it, a denial before an approval as kubectl sees it. */
export function decision(csr: Conditioned): CsrCondition | null {
  return condition(csr, DENIED) ?? condition(csr, APPROVED)
}

/** The first condition of a type. Its `status` is not asked, as kubectl does not. */
export function condition(csr: Conditioned, type: string): CsrCondition | null {
  return csr.conditions.find((candidate) => candidate.type === type) ?? null
}
