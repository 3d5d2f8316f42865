import type { Context } from '#lib/csr/checks/question.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { isPending } from '#lib/csr/status.ts'
import { isTrustworthy } from '#lib/csr/verdict.ts'
import type { World } from '#lib/csr/world.ts'

/**
 * The pending requests of one machine whose key the kubelet no longer holds: a newer one of the
 * same signer is there, pending or issued, that is neither refused nor suspicious. Of two of the
 * same second neither is the newer.
 */
export function supersededUids(
  claims: readonly Claim[],
  world: World,
  context: Context,
): ReadonlySet<string> {
  const newest = newestTrusted(claims, world, context)
  const superseded = new Set<string>()
  for (const { csr, createdAt } of claims) {
    const known = newest.get(csr.signerName)
    if (known !== undefined && createdAt < known && isPending(csr)) superseded.add(csr.uid)
  }
  return superseded
}

/**
 * When the newest request of each signer was made that may push aside older ones, milliseconds
 * since the epoch. Costs least with the newest first: what is older is not asked about.
 */
export function newestTrusted(
  claims: Iterable<Claim>,
  world: World,
  context: Context,
): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const claim of claims) {
    const { signerName } = claim.csr
    const known = newest.get(signerName) ?? Number.NEGATIVE_INFINITY
    if (claim.createdAt > known && isTrustworthy(claim, world, context)) {
      newest.set(signerName, claim.createdAt)
    }
  }
  return newest
}

/** The same of one pending request alone, without putting its machine's thousands in order. */
export function isSuperseded(
  claim: Claim,
  ofItsMachine: Iterable<Claim>,
  world: World,
  context: Context,
): boolean {
  for (const other of ofItsMachine) {
    const newer = other.createdAt > claim.createdAt
    if (!newer || other.csr.signerName !== claim.csr.signerName) continue
    if (isTrustworthy(other, world, context)) return true
  }
  return false
}
