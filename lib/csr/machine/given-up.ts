import { approvedAt, type Claim } from '#lib/csr/claim.ts'

/**
 * Whether the request was approved only after its requestor had filed a newer one: the kubelet had
 * dropped the older key by then and cannot use the certificate.
 */
export function isGivenUpFor(claim: Claim, newer: Claim): boolean {
  return (
    claim.csr.signerName === newer.csr.signerName &&
    claim.csr.requestor.username === newer.csr.requestor.username &&
    claim.createdAt < newer.createdAt &&
    (approvedAt(claim) ?? 0) > newer.createdAt
  )
}

/** Whether any newer request of the machine makes this one given up. */
export function isGivenUp(claim: Claim, claims: readonly Claim[]): boolean {
  return claims.some((newer) => isGivenUpFor(claim, newer))
}
