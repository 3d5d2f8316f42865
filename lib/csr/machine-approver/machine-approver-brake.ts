import type { Claim } from '#lib/csr/claim.ts'
import type { Csr } from '#lib/csr/model.ts'
import {
  APPROVED,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_BOOTSTRAPPER_GROUPS,
  NODE_GROUP,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'
import { condition, isApproved } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { SortedTimes } from '#lib/csr/world/sorted-times.ts'

/** The machine-approver's brake: the requests that it counts, by version, and its state. */

/** The counting rule. Source: recentlyPendingNodeCSRs of the branches release-4.12 to main. */
export type BrakeRule = 'since416' | 'in414and415' | 'until413'

/** The rule of a cluster version; the newest rule for an unknown version. */
export function brakeRule(version: string | null): BrakeRule {
  const minor = Number(/^4\.(\d+)/.exec(version ?? '')?.[1] ?? Number.NaN)
  if (minor <= 13) return 'until413'
  return minor <= 15 ? 'in414and415' : 'since416'
}

/** `near`: from four fifths of the limit. `tripped`: over the limit, so no approvals at all. */
export interface MachineApproverBrake {
  readonly state: 'ok' | 'near' | 'tripped'
  readonly rule: BrakeRule
  /** The number of counted requests of the last hour. */
  readonly pending: number
  readonly limit: number
}

/** Times until which each request counts. */
type Counted = Pick<SortedTimes, 'countAfter' | 'latest'>

/** maxPendingDelta and maxApprovedDelta, in milliseconds. */
const BRAKE_HOUR = 60 * 60 * 1000
const JUST_APPROVED = 30 * 1000
/** maxDiffBetweenPendingCSRsAndMachinesCount. */
const BRAKE_ALLOWANCE = 100
const NEAR = 0.8

const MULTUS = 'system:multus:'
/** The message that the machine-approver writes with its approvals. */
const OWN_MESSAGE = 'This CSR was approved by the Node CSR Approver (cluster-machine-approver)'

/**
 * Until when the brake counts this request, in milliseconds since the epoch; null for never.
 * Denied and failed requests still count: it only looks for `Approved`.
 */
export function countsUntil(claim: Claim, rule: BrakeRule): number | null {
  const { csr, createdAt } = claim
  const hour = createdAt + BRAKE_HOUR
  if (rule !== 'since416') return !isApproved(csr) && countedBefore(claim, rule) ? hour : null
  if (!asksMachineApprover(csr)) return null
  const approval = condition(csr, APPROVED)
  if (approval === null) return hour
  if (approval.message === OWN_MESSAGE) return null
  const at = milliseconds(approval.lastTransitionTime ?? approval.lastUpdateTime)
  return at === null ? null : Math.min(hour, at + JUST_APPROVED)
}

function countedBefore({ csr, reading }: Claim, rule: BrakeRule): boolean {
  if (isFromBootstrapper(csr)) return true
  if (!csr.requestor.username.startsWith(NODE_USER_PREFIX)) return false
  // Go uses the last common name.
  const commonName = reading.x509cr?.subject.commonNames.at(-1) ?? ''
  return rule === 'until413' || !commonName.startsWith(MULTUS)
}

/**
 * Whether the request enters the machine-approver's queue (pendingNodeCertFilter), decided or not.
 */
export function asksMachineApprover({ signerName, requestor }: Csr): boolean {
  if (signerName === KUBELET_SERVING) return requestor.groups.includes(NODE_GROUP)
  return signerName === KUBE_APISERVER_CLIENT_KUBELET && requestor.username === NODE_BOOTSTRAPPER
}

/** Whether the node-bootstrapper asks, with exactly its groups. */
export function isFromBootstrapper({ requestor: { username, groups } }: Csr): boolean {
  return (
    username === NODE_BOOTSTRAPPER &&
    groups.length === NODE_BOOTSTRAPPER_GROUPS.length &&
    NODE_BOOTSTRAPPER_GROUPS.every((group) => groups.includes(group))
  )
}

/**
 * The brake at `now`.
 * @param objects the larger number of OpenShift Machines or of Nodes
 */
export function brakeAt(
  counted: Counted,
  rule: BrakeRule,
  objects: number,
  now: number,
): MachineApproverBrake {
  const limit = objects + BRAKE_ALLOWANCE
  const pending = counted.countAfter(now)
  const state = pending > limit ? 'tripped' : pending >= nearFrom(limit) ? 'near' : 'ok'
  return { state, rule, pending, limit }
}

/** When the brake's state changes by time alone; null for never. */
export function brakeChangesAt(
  counted: Counted,
  rule: BrakeRule,
  objects: number,
  now: number,
): number | null {
  const { state, limit } = brakeAt(counted, rule, objects, now)
  if (state === 'ok') return null
  // The state changes when the next of the counted requests expires.
  return counted.latest(state === 'tripped' ? limit + 1 : nearFrom(limit))
}

function nearFrom(limit: number): number {
  return Math.ceil(limit * NEAR)
}
