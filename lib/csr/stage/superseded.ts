import type { Context } from '#lib/csr/checks/check-question.ts'
import { isYounger } from '#lib/csr/checks/node-checks.ts'
import { approvedAt, type Claim } from '#lib/csr/claim/claim.ts'
import type { CheckCode, Node } from '#lib/csr/model.ts'
import { hasReported } from '#lib/csr/rows/node-status.ts'
import { FILED_AGAIN_AFTER } from '#lib/csr/stage/deadlines.ts'
import { isIssued, isPending } from '#lib/csr/status.ts'
import { isTrustworthy, judge } from '#lib/csr/verdict/verdict.ts'
import type { World } from '#lib/csr/world/world.ts'

/** Uids of one machine's pending requests that its kubelet no longer waits for. */
export interface Supersession {
  /** The kubelet has dropped the key: a newer request exists, or the request is left over. */
  readonly superseded: ReadonlySet<string>
  /**
   * Superseded requests older than a credential that the kubelet has: a newer one was issued, or
   * the Node was created later. They delay no machine and run no clock.
   */
  readonly leftOver: ReadonlySet<string>
}

/**
 * A newer request (pending or issued, neither refused nor suspicious) supersedes a pending one of
 * its signer; one of the same second does not. Newest first costs least: older ones are not judged.
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

/** `supersession` for one pending request, without sorting its machine's thousands. */
export function isSuperseded(claim: Claim, world: World, context: Context): boolean {
  if (isSupersededByRequest(claim, world, context)) return true
  if (!isFromBeforeNode(claim, world, context)) return false
  for (const other of ofSameMachine(claim, world)) {
    if (isOfSameSigner(other, claim) && !isNewer(other, claim) && isIssued(other.csr)) return false
  }
  return true
}

/** Whether another request supersedes this one, without regard to the Node. */
export function isSupersededByRequest(claim: Claim, world: World, context: Context): boolean {
  for (const other of ofSameMachine(claim, world)) {
    if (!isOfSameSigner(other, claim) || !isNewer(other, claim)) continue
    if (isTrustworthy(other, world, context)) return true
  }
  return false
}

function ofSameMachine({ nodeName }: Claim, world: World): Iterable<Claim> {
  return nodeName === null ? [] : world.requests.ofMachine(nodeName)
}

function isOfSameSigner(other: Claim, claim: Claim): boolean {
  return other.csr.signerName === claim.csr.signerName
}

function isNewer(other: Claim, claim: Claim): boolean {
  return other.createdAt > claim.createdAt
}

/** Creation times of one signer's requests, milliseconds since the epoch. */
interface Known {
  /** The newest request that may supersede older ones; the oldest pending one where none may. */
  newest: number
  /** The newest issued request that may supersede older ones; where none may, as in `newest`. */
  newestIssued: number
  /** The oldest issued request, trustworthy or not. */
  firstIssued: number
}

/** Times by signer with a pending request. Only a request newer than a pending one is judged. */
function knownOf(
  claims: readonly Claim[],
  world: World,
  context: Context,
): ReadonlyMap<string, Known> {
  const bySigner = new Map<string, Known>()
  const never = Number.POSITIVE_INFINITY
  for (const { csr, createdAt } of claims) {
    if (!isPending(csr)) continue
    const oldest = Math.min(createdAt, bySigner.get(csr.signerName)?.newest ?? never)
    bySigner.set(csr.signerName, { newest: oldest, newestIssued: oldest, firstIssued: never })
  }
  for (const claim of claims) {
    const { csr, createdAt } = claim
    const known = bySigner.get(csr.signerName)
    if (known === undefined) continue
    const issued = isIssued(csr)
    if (issued) known.firstIssued = Math.min(known.firstIssued, createdAt)
    if (createdAt <= (issued ? known.newestIssued : known.newest)) continue
    if (!isTrustworthy(claim, world, context)) continue
    known.newest = Math.max(known.newest, createdAt)
    if (issued) known.newestIssued = createdAt
  }
  return bySigner
}

/**
 * Whether the kubelet filed this pending client request before its Node was created: it has a
 * credential by now. False while a kubelet may wait for it, or if a check not about Node or denials
 * fails.
 */
function isFromBeforeNode(claim: Claim, world: World, context: Context): boolean {
  const { nodeName, createdAt } = claim
  if (nodeName === null || context.now < createdAt + FILED_AGAIN_AFTER) return false
  const node = world.readable.nodes ? world.cluster.node(nodeName) : null
  if (node === null || !isBefore(claim, node)) return false
  return judge(claim, world, context).failing.every((code) => OF_LEFT_OVER.includes(code))
}

const OF_LEFT_OVER: readonly CheckCode[] = ['node.new', 'machine.denial']

/** Times (milliseconds) at which the answer above may change by time alone. */
export function fromBeforeNodeInstants(claims: readonly Claim[], node: Node | null): number[] {
  if (node === null) return []
  return claims
    .filter((claim) => isPending(claim.csr) && isBefore(claim, node))
    .map(({ createdAt }) => createdAt + FILED_AGAIN_AFTER)
}

/**
 * Whether the request is older than its Node. A Node without any kubelet report was made by another
 * program, and proves nothing.
 */
function isBefore(claim: Claim, node: Node): boolean {
  return claim.kind === 'nodeBootstrapper' && isYounger(node, claim) && hasReported(node)
}

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
