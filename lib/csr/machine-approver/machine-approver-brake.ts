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

/** The machine-approver's brake: what it counts, by its version, and how it stands. */

/** What it counts. Source: recentlyPendingNodeCSRs of its branches release-4.12 to main. */
export type BrakeRule = 'since416' | 'in414and415' | 'until413'

/** By the cluster's version; the newest rule where that is not known. */
export function brakeRule(version: string | null): BrakeRule {
  const minor = Number(/^4\.(\d+)/.exec(version ?? '')?.[1] ?? Number.NaN)
  if (minor <= 13) return 'until413'
  return minor <= 15 ? 'in414and415' : 'since416'
}

/** `near`: four fifths of the limit. `tripped`: over it, so it approves nothing at all. */
export interface MachineApproverBrake {
  readonly state: 'ok' | 'near' | 'tripped'
  readonly rule: BrakeRule
  /** Requests of the last hour that it counts. */
  readonly pending: number
  readonly limit: number
}

/** Until when each request counts. */
type Counted = Pick<SortedTimes, 'countAfter' | 'latest'>

/** maxPendingDelta and maxApprovedDelta, in milliseconds. */
const BRAKE_HOUR = 60 * 60 * 1000
const JUST_APPROVED = 30 * 1000
/** maxDiffBetweenPendingCSRsAndMachinesCount. */
const BRAKE_ALLOWANCE = 100
const NEAR = 0.8

const MULTUS = 'system:multus:'
/** What it writes with an approval of its own. */
const OWN_MESSAGE = 'This CSR was approved by the Node CSR Approver (cluster-machine-approver)'

/**
 * Until when its brake counts this request, in milliseconds since the epoch; null: it never does.
 * Denied and failed requests count on: it looks at `Approved` alone.
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
  // Go takes the last common name.
  const commonName = reading.x509cr?.subject.commonNames.at(-1) ?? ''
  return rule === 'until413' || !commonName.startsWith(MULTUS)
}

/** Whether it takes a request into its queue at all (pendingNodeCertFilter), whatever was decided. */
export function asksMachineApprover({ signerName, requestor }: Csr): boolean {
  if (signerName === KUBELET_SERVING) return requestor.groups.includes(NODE_GROUP)
  return signerName === KUBE_APISERVER_CLIENT_KUBELET && requestor.username === NODE_BOOTSTRAPPER
}

/** Whether the node-bootstrapper asks, in exactly its groups. */
export function isFromBootstrapper({ requestor: { username, groups } }: Csr): boolean {
  return (
    username === NODE_BOOTSTRAPPER &&
    groups.length === NODE_BOOTSTRAPPER_GROUPS.length &&
    NODE_BOOTSTRAPPER_GROUPS.every((group) => groups.includes(group))
  )
}

/**
 * The brake at a moment.
 * @param objects the number of OpenShift's Machines or of Nodes, whichever is greater
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

/** When fewer requests count and its state changes by time alone; null for never. */
export function brakeChangesAt(
  counted: Counted,
  rule: BrakeRule,
  objects: number,
  now: number,
): number | null {
  const { state, limit } = brakeAt(counted, rule, objects, now)
  if (state === 'ok') return null
  // So many may stay; it changes when the next latest counts no more.
  return counted.latest(state === 'tripped' ? limit + 1 : nearFrom(limit))
}

function nearFrom(limit: number): number {
  return Math.ceil(limit * NEAR)
}
