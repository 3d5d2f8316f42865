import type { Context } from '#lib/csr/checks/check-question.ts'
import { isTrustworthy } from '#lib/csr/checks/verdict.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { isFromBeforeNode } from '#lib/csr/machine/from-before-node.ts'
import { isIssued, isPending } from '#lib/csr/status.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Of one machine's pending requests those that its kubelet waits for no more, by uid. */
export interface Supersession {
  /** Its key is gone: a newer one is there, or what is said of `leftOver`. */
  readonly superseded: ReadonlySet<string>
  /**
   * Of these, those behind a credential that the kubelet has: a newer one was issued, or its Node
   * came after them. They hold nobody up, and no clock runs for them.
   */
  readonly leftOver: ReadonlySet<string>
}

/**
 * A newer request of the same signer, pending or issued, that is neither refused nor suspicious,
 * supersedes a pending one. Of two of the same second neither is the newer. Costs least with the
 * newest first: what is older is not asked about.
 */
export function supersession(
  claims: readonly Claim[],
  world: World,
  context: Context,
): Supersession {
  const known = knownOf(claims, world, context)
  const superseded = new Set<string>()
  const leftOver = new Set<string>()
  for (const claim of claims) {
    const { csr, createdAt } = claim
    const of = known.get(csr.signerName)
    if (!isPending(csr) || of === undefined) continue
    const isLeftOver =
      createdAt < of.newestIssued ||
      (createdAt < of.firstIssued && isFromBeforeNode(claim, world, context))
    if (isLeftOver) leftOver.add(csr.uid)
    if (isLeftOver || createdAt < of.newest) superseded.add(csr.uid)
  }
  return { superseded, leftOver }
}

/** The same of one pending request alone, without putting its machine's thousands in order. */
export function isSuperseded(
  claim: Claim,
  ofItsMachine: Iterable<Claim>,
  world: World,
  context: Context,
): boolean {
  const others = [...ofItsMachine]
  if (isSupersededByRequest(claim, others, world, context)) return true
  const isFirst = !others.some((other) => {
    return isOfSameSigner(other, claim) && !isNewer(other, claim) && isIssued(other.csr)
  })
  return isFirst && isFromBeforeNode(claim, world, context)
}

/** The same whatever its Node says. */
export function isSupersededByRequest(
  claim: Claim,
  ofItsMachine: Iterable<Claim>,
  world: World,
  context: Context,
): boolean {
  for (const other of ofItsMachine) {
    if (!isOfSameSigner(other, claim) || !isNewer(other, claim)) continue
    if (isTrustworthy(other, world, context)) return true
  }
  return false
}

function isOfSameSigner(other: Claim, claim: Claim): boolean {
  return other.csr.signerName === claim.csr.signerName
}

function isNewer(other: Claim, claim: Claim): boolean {
  return other.createdAt > claim.createdAt
}

/** When requests of one signer were made, milliseconds since the epoch. */
interface Known {
  /** The newest that may push aside older ones. */
  newest: number
  /** The newest of these that was issued. */
  newestIssued: number
  /** The oldest that was issued, whatever is thought of it. */
  firstIssued: number
}

function knownOf(
  claims: readonly Claim[],
  world: World,
  context: Context,
): ReadonlyMap<string, Known> {
  const bySigner = new Map<string, Known>()
  for (const claim of claims) {
    const { csr, createdAt } = claim
    const known = bySigner.get(csr.signerName) ?? nothingKnown()
    bySigner.set(csr.signerName, known)
    const issued = isIssued(csr)
    if (issued) known.firstIssued = Math.min(known.firstIssued, createdAt)
    if (createdAt <= (issued ? known.newestIssued : known.newest)) continue
    if (!isTrustworthy(claim, world, context)) continue
    known.newest = Math.max(known.newest, createdAt)
    if (issued) known.newestIssued = createdAt
  }
  return bySigner
}

function nothingKnown(): Known {
  return {
    newest: Number.NEGATIVE_INFINITY,
    newestIssued: Number.NEGATIVE_INFINITY,
    firstIssued: Number.POSITIVE_INFINITY,
  }
}
