import type { Claim } from '#lib/csr/claim.ts'
import { JOINING } from '#lib/csr/machine/deadlines.ts'
import { isGivenUp } from '#lib/csr/machine/given-up.ts'
import { isReady } from '#lib/csr/machine/node-status.ts'
import type { ExecAndLogs, Stage } from '#lib/csr/machine/rows.ts'
import type { Supersession } from '#lib/csr/machine/superseded.ts'
import type { Node } from '#lib/csr/model.ts'
import { APPROVED, DENIED, FAILED } from '#lib/csr/names.ts'
import {
  awaitsSigner,
  condition,
  isDenied,
  isFailed,
  isIssued,
  isPending,
} from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** What a machine's stage is told from. */
export interface StageFacts extends Supersession {
  /** Newest first. */
  readonly claims: readonly Claim[]
  readonly node: Node | null
  /**
   * When the newest issued serving certificate still listed ends, in milliseconds; null for none.
   * One that went to a key which the kubelet had given up counts for nothing.
   */
  readonly servingNotAfter: number | null
  /** What its kubelet answered when it was asked last: its own valid certificate, or that it has none. */
  readonly presents: 'own' | 'none' | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface StageAnswer {
  readonly stage: Stage
  readonly since: string | null
}

/**
 * Where a machine stands. What waits for a decision comes first: a Ready node with a pending
 * serving request is not done. Else the newest request that tells something, else the Node.
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

/** The first of its signer that is still pending: duplicates do not start the wait again. */
function waitingSince(waiting: Claim, { claims, leftOver }: StageFacts): string {
  const same = claims.filter(
    ({ csr }) =>
      csr.signerName === waiting.csr.signerName && isPending(csr) && !leftOver.has(csr.uid),
  )
  return (same.at(-1) ?? waiting).csr.createdAt
}

/** Null for a request that tells nothing about a machine that is up and running. */
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
  // A renewal of the client certificate says that the machine has joined before.
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

/** Ready, with the serving request that a kubelet files within seconds still to come. */
function isStillJoining({ claims, node, now }: StageFacts): boolean {
  return isYoung(node, now) && !claims.some(isServing)
}

function isYoung(node: Node | null, now: number): boolean {
  const createdAt = milliseconds(node?.createdAt ?? null)
  return createdAt !== null && now - createdAt < JOINING
}

function isUp({ node }: StageFacts): boolean {
  return node !== null && isReady(node)
}

function hasServing({ servingNotAfter, now }: StageFacts): boolean {
  return (servingNotAfter ?? 0) > now
}

/** Whether exec, logs and metrics work, as far as the listed requests and the kubelet itself tell. */
export function execAndLogs(facts: StageFacts): ExecAndLogs {
  if (facts.presents === 'own') return 'available'
  // A certificate may be issued after the kubelet was asked. A kubelet that is down serves none.
  if (hasServing(facts)) return isUp(facts) ? 'available' : 'unknown'
  if (facts.presents === 'none') return 'unavailable'
  // It waits for another certificate, and may or may not have an older one that works.
  const { claims } = facts
  const lost = claims.some(
    (claim) => isServing(claim) && claim.certificate !== null && isGivenUp(claim, claims),
  )
  if (lost) return 'unknown'
  if (hasServingPending(facts) || isStillJoining(facts)) return 'unavailable'
  return 'unknown'
}

export function hasServingPending({ claims }: StageFacts): boolean {
  return claims.some((claim) => isServing(claim) && isPending(claim.csr))
}

/**
 * When a machine that is up became so: Ready, with its first serving certificate issued. Null
 * unless the listed objects show that it joined, rather than renewed.
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

/** The instants, in milliseconds, at which time alone may change a stage or an answer above. */
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
