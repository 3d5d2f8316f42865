import { isApprovedRow, isDeniedRow } from '#lib/csr/rows/next-request.ts'

/** The CONDITION of a decided request, split for the page. */
export interface DecidedAs {
  /** `failed`: the signer failed the request before any decision. */
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
