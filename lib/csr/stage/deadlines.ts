import type { Claim } from '#lib/csr/claim/claim.ts'
import type { MachineObject, Node } from '#lib/csr/model.ts'
import { decision, isApproved, isPending, PENDING_LASTS_MS } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { HOUR_MS, MINUTE_MS } from '#lib/csr/units-of-time.ts'

/** The hour of OpenShift's documentation: approve "within one hour of adding the machines". */
export const DOCUMENTED_WINDOW = HOUR_MS
/** The time after which a kubelet's certificate manager files a new request with a new key. */
export const DUPLICATE_AFTER = 15 * MINUTE_MS
/**
 * The time after which a waiting kubelet has filed again: it pauses half a minute between two
 * requests.
 */
export const FILED_AGAIN_AFTER = DUPLICATE_AFTER + MINUTE_MS
/** The age of a Node below which it is still joining. */
export const JOINING = HOUR_MS

/** When the cluster deletes a request that is still pending, milliseconds since the epoch. */
export function deletionAt(createdAt: string): number {
  return Date.parse(createdAt) + PENDING_LASTS_MS
}

export interface Deadlines {
  /** Creation time of the oldest pending request that is not left over. */
  readonly firstPendingAt: string
  /** End of the documented hour. */
  readonly deadline: number
  /**
   * Approximately when the kubelet files its next request, unless the newest one is decided first.
   */
  readonly nextDuplicateAt: number
}

export interface Filed {
  /** The machine's requests, newest first. */
  readonly claims: readonly Claim[]
  /** See `Supersession`. */
  readonly leftOver: ReadonlySet<string>
}

/** The clocks of one machine; null when nothing is pending except left-over requests. */
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

/** The start of the hour: the first request, or the Machine's creation if that is earlier. */
function hourStart(
  filed: Filed,
  oldest: Claim,
  node: Node | null,
  machine: MachineObject | null,
): number {
  const start = Math.min(oldest.createdAt, joiningStart(filed, oldest))
  // A node that joined long ago ignores its Machine's age: its hour starts with the request.
  const nodeCreatedAt = milliseconds(node?.createdAt ?? null)
  if (nodeCreatedAt !== null && oldest.createdAt - nodeCreatedAt > JOINING) return start
  const machineCreatedAt = milliseconds(machine?.createdAt ?? null)
  return machineCreatedAt === null ? start : Math.min(start, machineCreatedAt)
}

/**
 * The start of the joining that the serving request continues: the approved client request before
 * it, and that request's left-over duplicates. Infinity for none.
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
