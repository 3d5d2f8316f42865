/** A decided request's CONDITION as drawn. */
export interface DecidedAs {
  /** `failed`: its signer failed it before any decision. */
  readonly kind: 'approved' | 'denied' | 'failed'
  readonly signer: 'failed' | 'issued' | 'notIssued'
}

export function decidedAs(status: string): DecidedAs {
  return {
    kind: status.startsWith('Approved')
      ? 'approved'
      : status.startsWith('Denied')
        ? 'denied'
        : 'failed',
    signer: status.includes('Failed')
      ? 'failed'
      : status.endsWith(',Issued')
        ? 'issued'
        : 'notIssued',
  }
}
