import { isApprovedRow, isDeniedRow } from '#lib/csr/rows/next-request.ts'

/** A decided request's CONDITION as drawn. */
export interface DecidedAs {
  /** `failed`: its signer failed it before any decision. */
  readonly kind: 'approved' | 'denied' | 'failed'
  readonly signer: 'failed' | 'issued' | 'notIssued'
}

export function decidedAs(status: string): DecidedAs {
  return {
    kind: isApprovedRow({ status }) ? 'approved' : isDeniedRow({ status }) ? 'denied' : 'failed',
    signer: status.includes('Failed')
      ? 'failed'
      : status.endsWith(',Issued')
        ? 'issued'
        : 'notIssued',
  }
}
