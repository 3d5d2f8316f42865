import type { Claim } from '#lib/csr/claim/claim.ts'
import type { Csr } from '#lib/csr/model.ts'
import {
  APPROVED,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_GROUP,
} from '#lib/csr/names.ts'
import type { SortedTimes } from '#lib/csr/sorted-times.ts'
import { condition } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'

/**
 * The machine-approver's brake: the requests that it counts since OpenShift 4.16, and its state.
 * Source: recentlyPendingNodeCSRs.
 */

/** `near`: from four fifths of the limit. `tripped`: over the limit, so no approvals at all. */
export interface MachineApproverBrake {
  readonly state: 'ok' | 'near' | 'tripped'
  /** The number of counted requests of the last hour. */
  readonly pending: number
  readonly limit: number
}

/** Times until which each request counts. */
type Counted = Pick<SortedTimes, 'countAfter' | 'latest'>

/** maxPendingDelta and maxApprovedDelta, in milliseconds. */
const BRAKE_HOUR = HOUR_MS
const JUST_APPROVED = 30 * 1000
/** maxDiffBetweenPendingCSRsAndMachinesCount. */
const BRAKE_ALLOWANCE = 100
const NEAR = 0.8

/** The message that the machine-approver writes with its approvals. */
const OWN_MESSAGE = 'This CSR was approved by the Node CSR Approver (cluster-machine-approver)'

/**
 * Until when the brake counts this request, in milliseconds since the epoch; null for never.
 * Denied and failed requests still count: it only looks for `Approved`.
 */
export function countsUntil({ csr, createdAt }: Pick<Claim, 'csr' | 'createdAt'>): number | null {
  if (!isQueued(csr)) return null
  const hour = createdAt + BRAKE_HOUR
  const approval = condition(csr, APPROVED)
  if (approval === null) return hour
  if (approval.message === OWN_MESSAGE) return null
  const at = milliseconds(approval.lastTransitionTime ?? approval.lastUpdateTime)
  return at === null ? null : Math.min(hour, at + JUST_APPROVED)
}

/** When the machine-approver approved the request, in milliseconds; null if it did not. */
export function approvedByItAt(csr: Csr): number | null {
  const approval = condition(csr, APPROVED)
  if (approval?.message !== OWN_MESSAGE) return null
  return milliseconds(approval.lastTransitionTime ?? approval.lastUpdateTime)
}

/** Whether the request enters the machine-approver's queue (pendingNodeCertFilter). */
function isQueued({ signerName, requestor }: Csr): boolean {
  if (signerName === KUBELET_SERVING) return requestor.groups.includes(NODE_GROUP)
  return signerName === KUBE_APISERVER_CLIENT_KUBELET && requestor.username === NODE_BOOTSTRAPPER
}

/**
 * The brake at `now`.
 * @param objects the larger number of OpenShift Machines or of Nodes; null while unknown: then the
 * limit is not known, and nothing is said to exceed it
 */
export function brakeAt(
  counted: Counted,
  objects: number | null,
  now: number,
): MachineApproverBrake {
  const limit = (objects ?? 0) + BRAKE_ALLOWANCE
  const pending = counted.countAfter(now)
  if (objects === null || pending < nearFrom(limit)) return { state: 'ok', pending, limit }
  return { state: pending > limit ? 'tripped' : 'near', pending, limit }
}

/** When the brake's state changes by time alone; null for never. */
export function brakeChangesAt(
  counted: Counted,
  objects: number | null,
  now: number,
): number | null {
  const { state, limit } = brakeAt(counted, objects, now)
  if (state === 'ok') return null
  // The state changes when the next of the counted requests expires.
  return counted.latest(state === 'tripped' ? limit + 1 : nearFrom(limit))
}

function nearFrom(limit: number): number {
  return Math.ceil(limit * NEAR)
}
