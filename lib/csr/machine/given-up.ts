import { approvedAt, type Claim } from '#lib/csr/claim.ts'

/**
 * Whether a request was approved only when its requestor had filed a newer one: the kubelet has
 * thrown the older key away by then, and can do nothing with the certificate.
 */
export function isGivenUpFor(claim: Claim, newer: Claim): boolean {
  return (
    claim.csr.signerName === newer.csr.signerName &&
    claim.csr.requestor.username === newer.csr.requestor.username &&
    claim.createdAt < newer.createdAt &&
    (approvedAt(claim) ?? 0) > newer.createdAt
  )
}

/** Whether any of the machine's requests makes it so. */
export function isGivenUp(claim: Claim, claims: readonly Claim[]): boolean {
  return claims.some((newer) => isGivenUpFor(claim, newer))
}
