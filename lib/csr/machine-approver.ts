import type { Csr } from '#lib/csr/model.ts'
import { NODE_BOOTSTRAPPER, NODE_BOOTSTRAPPER_GROUPS, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import type { SortedTimes } from '#lib/csr/sorted-times.ts'
import { isApproved } from '#lib/csr/status.ts'

/** OpenShift's cluster-machine-approver: what is known of it, and the rules that it goes by. */
export interface MachineApprover {
  /** `unknown`: the ClusterOperators could not be read. */
  readonly presence: 'present' | 'absent' | 'unknown'
  readonly available: boolean
  /** Why it is not available or degraded, in its own words; '' for neither. */
  readonly message: string
  /** Whether its ConfigMap turns client requests off; null when that could not be read. */
  readonly clientDisabled: boolean | null
}

export const UNKNOWN_MACHINE_APPROVER: MachineApprover = {
  presence: 'unknown',
  available: false,
  message: '',
  clientDisabled: null,
}

/** Its ClusterOperator. */
export const MACHINE_APPROVER = 'machine-approver'

/** From 10 s before the Machine's creation (maxMachineClockSkew) to 2 h after (maxMachineDelta). */
const WINDOW_BEFORE = 10 * 1000
const WINDOW_AFTER = 2 * 60 * 60 * 1000

/** Whether a client request was made so near to its Machine's creation. In milliseconds. */
export function isInWindow(requestedAt: number, machineCreatedAt: number): boolean {
  return (
    requestedAt >= machineCreatedAt - WINDOW_BEFORE &&
    requestedAt <= machineCreatedAt + WINDOW_AFTER
  )
}

// ── The brake ────────────────────────────────────────────────────────────────────────────────

/** `near`: four fifths of the limit. `tripped`: over it, so it approves nothing at all. */
export interface MachineApproverBrake {
  readonly state: 'ok' | 'near' | 'tripped'
  /** Node requests of the last hour that nobody has approved. */
  readonly pending: number
  readonly limit: number
}

/** When each request that counts was made, however long ago. */
type Pending = Pick<SortedTimes, 'countAfter' | 'latest'>

/** maxPendingDelta, in milliseconds. */
const BRAKE_HOUR = 60 * 60 * 1000
/** maxDiffBetweenPendingCSRsAndMachinesCount. */
const BRAKE_ALLOWANCE = 100
const NEAR = 0.8

/**
 * Whether its brake counts this request: from the node-bootstrapper or a node, for whatever signer,
 * and not approved. What was denied or failed goes on counting, for it looks at `Approved` alone.
 */
export function countsForBrake(csr: Csr): boolean {
  if (isApproved(csr)) return false
  return csr.requestor.username.startsWith(NODE_USER_PREFIX) || isFromBootstrapper(csr)
}

function isFromBootstrapper({ requestor: { username, groups } }: Csr): boolean {
  return (
    username === NODE_BOOTSTRAPPER &&
    groups.length === NODE_BOOTSTRAPPER_GROUPS.length &&
    NODE_BOOTSTRAPPER_GROUPS.every((group) => groups.includes(group))
  )
}

/**
 * The brake at a moment.
 * @param objects the number of Machines or of Nodes, whichever is greater
 */
export function brakeAt(pending: Pending, objects: number, now: number): MachineApproverBrake {
  const limit = objects + BRAKE_ALLOWANCE
  const count = pending.countAfter(now - BRAKE_HOUR)
  const state = count > limit ? 'tripped' : count >= nearFrom(limit) ? 'near' : 'ok'
  return { state, pending: count, limit }
}

/** When requests grow older than the hour and its state changes by that alone; null for never. */
export function brakeChangesAt(pending: Pending, objects: number, now: number): number | null {
  const { state, limit } = brakeAt(pending, objects, now)
  if (state === 'ok') return null
  // So many may stay; it changes when the next latest has left the hour.
  const latest = pending.latest(state === 'tripped' ? limit + 1 : nearFrom(limit))
  return latest === null ? null : latest + BRAKE_HOUR
}

function nearFrom(limit: number): number {
  return Math.ceil(limit * NEAR)
}
