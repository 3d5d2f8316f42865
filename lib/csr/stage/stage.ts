import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Node } from '#lib/csr/model.ts'
import { APPROVED, DENIED, FAILED } from '#lib/csr/names.ts'
import { isReady, isSilent } from '#lib/csr/rows/node-status.ts'
import type { ExecAndLogs, Stage } from '#lib/csr/rows/rows.ts'
import { JOINING } from '#lib/csr/stage/deadlines.ts'
import { isGivenUp, type Supersession } from '#lib/csr/stage/superseded.ts'
import {
  awaitsSigner,
  condition,
  isDenied,
  isFailed,
  isIssued,
  isPending,
} from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** The facts that a machine's stage is derived from. */
export interface StageFacts extends Supersession {
  /** Newest first. */
  readonly claims: readonly Claim[]
  readonly node: Node | null
  /**
   * Expiry of the newest listed serving certificate, in milliseconds; null for none. Certificates
   * for keys that the kubelet has dropped do not count.
   */
  readonly servingNotAfter: number | null
  /** The kubelet's last answer: its own valid certificate, or none. */
  readonly presents: 'own' | 'none' | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface StageAnswer {
  readonly stage: Stage
  readonly since: string | null
}

/**
 * The machine's stage. A pending request decides first: a Ready node with a pending serving request
 * is not done. Otherwise the newest telling request decides, otherwise the Node.
 */
export function stageOf(facts: StageFacts): StageAnswer {
  const { claims, superseded } = facts
  const waiting = claims.find(({ csr }) => isPending(csr) && !superseded.has(csr.uid))
  if (waiting !== undefined) {
    return { stage: requested(waiting), since: waitingSince(waiting, facts) }
  }
  for (const claim of claims) {
    const answer = isPending(claim.csr) ? null : decidedStage(claim, facts)
    if (answer !== null) return answer
  }
  return nodeStage(facts)
}

function requested(claim: Claim): Stage {
  return isServing(claim) ? 'servingRequested' : 'clientRequested'
}

/**
 * The start of the wait: the first pending request of its signer, as duplicates do not restart it.
 */
function waitingSince(waiting: Claim, { claims, leftOver }: StageFacts): string {
  const same = claims.filter(
    ({ csr }) =>
      csr.signerName === waiting.csr.signerName && isPending(csr) && !leftOver.has(csr.uid),
  )
  return (same.at(-1) ?? waiting).csr.createdAt
}

/** The stage by a decided request; null for a request that says nothing about a running machine. */
function decidedStage(claim: Claim, facts: StageFacts): StageAnswer | null {
  const { csr } = claim
  const { node } = facts
  if (isDenied(csr) || isFailed(csr)) {
    if (isUp(facts) && (!isServing(claim) || hasServing(facts))) return null
    const [stage, type] = isDenied(csr)
      ? (['denied', DENIED] as const)
      : (['failed', FAILED] as const)
    return { stage, since: at(claim, type) }
  }
  if (awaitsSigner(csr)) return { stage: requested(claim), since: at(claim, APPROVED) }
  if (isServing(claim)) {
    return isUp(facts) ? nodeStage(facts) : { stage: 'servingIssued', since: at(claim, APPROVED) }
  }
  // A client renewal shows that the machine joined before.
  if (claim.kind === 'selfNodeClient') return node === null ? clientIssued(claim) : null
  if (hasServing(facts)) return null
  if (!isUp(facts) || isStillJoining(facts)) return clientIssued(claim)
  return nodeStage(facts)
}

function clientIssued(claim: Claim): StageAnswer {
  return { stage: 'clientIssued', since: at(claim, APPROVED) }
}

function nodeStage(facts: StageFacts): StageAnswer {
  const { node, claims } = facts
  if (node === null) return { stage: 'clientRequested', since: null }
  const since = node.ready?.since ?? null
  if (!isReady(node)) return { stage: 'servingIssued', since }
  const serving = claims.find((claim) => isServing(claim) && isIssued(claim.csr))
  return {
    stage: 'ready',
    since: later(since, serving === undefined ? null : at(serving, APPROVED)),
  }
}

/** Whether a Ready node has not filed its serving request yet, which takes a kubelet seconds. */
function isStillJoining({ claims, node, now }: StageFacts): boolean {
  return isYoung(node, now) && !claims.some(isServing)
}

function isYoung(node: Node | null, now: number): boolean {
  const createdAt = milliseconds(node?.createdAt ?? null)
  return createdAt !== null && now - createdAt < JOINING
}

/** Whether a node that is not Ready asks for a client certificate by its bootstrap token. */
export function isRebootstrapping({ claims, node, leftOver }: StageFacts): boolean {
  if (node === null || isReady(node)) return false
  return claims.some(
    ({ kind, csr }) => kind === 'nodeBootstrapper' && isPending(csr) && !leftOver.has(csr.uid),
  )
}

function isUp({ node }: StageFacts): boolean {
  return node !== null && isReady(node)
}

function hasServing({ servingNotAfter, now }: StageFacts): boolean {
  return (servingNotAfter ?? 0) > now
}

/** Whether exec, logs and metrics work, by the listed requests and the kubelet's own answer. */
export function execAndLogs(facts: StageFacts): ExecAndLogs {
  if (facts.presents === 'own') return 'available'
  // Without a client certificate a kubelet cannot ask the API server whom it may let in.
  if (isRebootstrapping(facts) && isSilent(facts.node)) return 'unavailable'
  // The certificate may be newer than the kubelet's answer. A kubelet that is down serves none.
  if (hasServing(facts)) return isUp(facts) ? 'available' : 'unknown'
  if (facts.presents === 'none') return 'unavailable'
  // The kubelet waits for a new certificate, and may still have an older one that works.
  const { claims } = facts
  const lost = claims.some(
    (claim) => isServing(claim) && claim.certificate !== null && isGivenUp(claim, claims),
  )
  if (lost) return 'unknown'
  if (hasServingPending(facts) || isStillJoining(facts)) return 'unavailable'
  return 'unknown'
}

function hasServingPending({ claims }: StageFacts): boolean {
  return claims.some((claim) => isServing(claim) && isPending(claim.csr))
}

/**
 * The time at which a running machine became Ready with its first serving certificate. Null unless
 * the listed objects show that it joined rather than renewed.
 */
export function joinedAt(facts: StageFacts): string | null {
  const { node, claims } = facts
  if (node === null) return null
  const first = claims.findLast((claim) => isServing(claim) && isIssued(claim.csr))
  if (first === undefined) return null
  const bootstrapped = claims.some(
    (claim) => claim.kind === 'nodeBootstrapper' && isIssued(claim.csr),
  )
  const nodeCreatedAt = milliseconds(node.createdAt) ?? 0
  if (!bootstrapped && first.createdAt - nodeCreatedAt > JOINING) return null
  return later(node.ready?.since ?? null, at(first, APPROVED))
}

/** Times (milliseconds) at which a stage or an answer above may change by time alone. */
export function stageInstants({ node, servingNotAfter }: StageFacts): number[] {
  const nodeCreatedAt = milliseconds(node?.createdAt ?? null)
  return [
    ...(servingNotAfter === null ? [] : [servingNotAfter]),
    ...(nodeCreatedAt === null ? [] : [nodeCreatedAt + JOINING]),
  ]
}

function isServing(claim: Claim): boolean {
  return claim.kind === 'kubeletServing'
}

function at(claim: Claim, type: string): string | null {
  return condition(claim.csr, type)?.lastUpdateTime ?? null
}

function later(a: string | null, b: string | null): string | null {
  return (milliseconds(a) ?? 0) >= (milliseconds(b) ?? 0) ? a : b
}
