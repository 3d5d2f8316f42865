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
  const newest = new Map<string, number>()
  const superseded = new Set<string>()
  // Newest first: the first trustworthy one of a signer supersedes all that are older.
  for (const claim of claims) {
    const { uid, signerName } = claim.csr
    const known = newest.get(signerName)
    if (known !== undefined) {
      if (claim.createdAt < known && isPending(claim.csr)) superseded.add(uid)
    } else if (isTrustworthy(claim, world, context)) {
      newest.set(signerName, claim.createdAt)
    }
  }
  return superseded
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
