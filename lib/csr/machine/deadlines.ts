import type { Claim } from '#lib/csr/claim.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import { decision, isApproved, isPending } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** All in milliseconds. */
const MINUTE = 60 * 1000

/** The documentation: approve "within one hour of adding the machines". */
export const DOCUMENTED_WINDOW = 60 * MINUTE
/** The kubelet's certificate manager waits so long before it files a new request with a new key. */
export const DUPLICATE_AFTER = 15 * MINUTE
/** A kubelet that still waits has filed again by then: between two it pauses for half a minute. */
export const FILED_AGAIN_AFTER = DUPLICATE_AFTER + MINUTE
/** kube-controller-manager deletes a pending request after this long, at its next hourly sweep. */
const DELETED_AFTER = 24 * 60 * MINUTE
/** A younger Node is still joining. */
export const JOINING = 60 * MINUTE

/** From when the cluster deletes a request that is pending still, milliseconds since the epoch. */
export function deletionAt(createdAt: string): number {
  return Date.parse(createdAt) + DELETED_AFTER
}

export interface Deadlines {
  /** The oldest pending request of those that count. */
  readonly firstPendingAt: string
  /** When the documented hour ends. */
  readonly deadline: number
  /** About when the kubelet files its next request, unless the newest one is decided before. */
  readonly nextDuplicateAt: number
}

export interface Filed {
  /** The machine's requests, newest first. */
  readonly claims: readonly Claim[]
  /** As `Supersession` says. */
  readonly leftOver: ReadonlySet<string>
}

/** The clocks of one machine; null when nothing is pending but what is left over. */
export function deadlines(
  filed: Filed,
  node: Node | null,
  machine: MachineObject | null,
): Deadlines | null {
  const pending = filed.claims.filter(({ csr }) => isPending(csr) && !filed.leftOver.has(csr.uid))
  const [newest] = pending
  if (newest === undefined) return null
  const oldest = pending.at(-1) ?? newest
  return {
    firstPendingAt: oldest.csr.createdAt,
    deadline: hourStart(filed, oldest, node, machine) + DOCUMENTED_WINDOW,
    nextDuplicateAt: newest.createdAt + DUPLICATE_AFTER,
  }
}

/** The hour starts when the machine is added: with its first request, or its Machine if earlier. */
function hourStart(
  filed: Filed,
  oldest: Claim,
  node: Node | null,
  machine: MachineObject | null,
): number {
  const start = Math.min(oldest.createdAt, joiningStart(filed, oldest))
  // A node that joined long ago has its hour from the request alone, not from its Machine's birth.
  const nodeCreatedAt = milliseconds(node?.createdAt ?? null)
  if (nodeCreatedAt !== null && oldest.createdAt - nodeCreatedAt > JOINING) return start
  const machineCreatedAt = milliseconds(machine?.createdAt ?? null)
  return machineCreatedAt === null ? start : Math.min(start, machineCreatedAt)
}

/**
 * A serving request goes on with the hour of the client request that was approved before it, and of
 * those that its kubelet had filed in the same wait. Infinity for none.
 */
function joiningStart({ claims, leftOver }: Filed, oldest: Claim): number {
  let start = Number.POSITIVE_INFINITY
  for (const claim of claims) {
    if (claim.kind !== 'nodeBootstrapper' || !isApproved(claim.csr)) continue
    const decidedAt = milliseconds(decision(claim.csr)?.lastUpdateTime ?? null) ?? claim.createdAt
    const follows = decidedAt <= oldest.createdAt && oldest.createdAt - decidedAt <= JOINING
    if (follows) start = Math.min(start, claim.createdAt)
  }
  for (const { csr, kind, createdAt } of claims) {
    if (kind !== 'nodeBootstrapper' || !leftOver.has(csr.uid)) continue
    if (createdAt < start && start - createdAt <= FILED_AGAIN_AFTER) start = createdAt
  }
  return start
}

/** RFC 3339 in whole seconds, as the API server writes it. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
