import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { isHeldBack, trustOf } from '#lib/csr/policy/trust.ts'
import { duplicatesAmong, isPendingRow, nextRequestOf } from '#lib/csr/rows/next-request.ts'
import type { MachineDetail } from '#lib/csr/rows/rows.ts'
import type { DecidableRequest } from '#lib/query/mutations.ts'
import type { BoardRow, NodeListRow } from '#lib/wire/views.ts'

/** The parts of a machine that an action needs. */
export interface TargetMachine extends Pick<MachineDetail['machine'], 'name' | 'next' | 'stage'> {
  /**
   * At least the pending requests, newest first. A row has the newest of each signer, and perhaps
   * others.
   */
  readonly requests: readonly DecidableRequest[]
  /**
   * True for a row that lacks some pending requests. A denial covers all of them: the machine's
   * page has them.
   */
  readonly isPartial?: boolean
}

type TargetRow = Pick<NodeListRow, 'name' | 'next' | 'stage' | 'pending' | 'pendingCount'>

/** Subject of an action: a machine, or a request without a machine. */
export type Target =
  | { readonly kind: 'machine'; readonly machine: TargetMachine }
  | { readonly kind: 'request'; readonly request: DecidableRequest }

/** The target of a row, which has its pending requests only. */
export function targetOf({ name, next, stage, pending, pendingCount }: TargetRow): Target {
  const requests = pending.map((request) => ({ ...request, nodeName: name }))
  const isPartial = pending.length < pendingCount
  return { kind: 'machine', machine: { name, next, stage, requests, isPartial } }
}

/** The target of a row; null for an alarm, which is not decided. */
export function targetOfRow(row: BoardRow): Target | null {
  if (row.kind === 'alarm') return null
  return row.kind === 'machine' ? targetOf(row.machine) : row
}

/** The name that a person reads: the node's, or the request's own. */
export function targetName(target: Target): string {
  return target.kind === 'machine' ? target.machine.name : target.request.name
}

/** The name on a button: the first label of a machine's name, or the request's own. */
export function shortNameOf(target: Target): string {
  const name = targetName(target)
  const dot = target.kind === 'machine' ? name.indexOf('.') : -1
  return dot > 0 ? name.slice(0, dot) : name
}

/** Which of the two certificates of a machine the request is for. */
export function purposeOf(signerName: string): 'client' | 'serving' | 'other' {
  if (signerName === KUBE_APISERVER_CLIENT_KUBELET) return 'client'
  return signerName === KUBELET_SERVING ? 'serving' : 'other'
}

/**
 * The request that the next step is about: the newest pending one of the step's signer, which is
 * the only one whose key the kubelet still holds. For `review` the newest pending of all.
 */
export function nextRequest(target: Target): DecidableRequest | null {
  if (target.kind === 'request') return isPendingRow(target.request) ? target.request : null
  const { next, requests } = target.machine
  return nextRequestOf(next, requests.filter(isPendingRow))
}

/**
 * Whether the target's next step is about its request. A machine has no next step while only
 * superseded requests of it are pending.
 */
export function hasNextStep(target: Target): boolean {
  return target.kind === 'machine' ? target.machine.next !== null : !target.request.superseded
}

/** Whether a click approves the request. Otherwise a dialog asks first. */
export function isApprovedAtOnce(request: DecidableRequest): boolean {
  const trust = trustOf(request)
  return (trust === 'verified' || trust === 'plausible') && request.secondPerson === null
}

/** Whether one click may approve the client request, and its serving request when that arrives. */
export function isFollowedAtOnce(target: Target): boolean {
  if (target.kind === 'request' || target.machine.next !== 'approveClient') return false
  const request = nextRequest(target)
  return request !== null && isApprovedAtOnce(request)
}

/** Duplicates of the next step's request, still pending, that pass the same checks. */
export function duplicatesOf(target: Target): readonly DecidableRequest[] {
  const next = nextRequest(target)
  return next === null || target.kind === 'request'
    ? []
    : duplicatesAmong(next, target.machine.requests.filter(isPendingRow))
}

/**
 * Requests that a denial of the target covers: the next one, and older pending ones of its signer.
 * Requests of another signer are denied in a step of their own.
 */
export function deniedRequests(target: Target): readonly DecidableRequest[] {
  const next = nextRequest(target)
  if (next === null) return []
  if (target.kind === 'request') return [next]
  const { requests } = target.machine
  return deniedTogether(
    requests.filter((one) => isPendingRow(one) && one.signerName === next.signerName),
  )
}

/**
 * The requests of one signer that are denied together. A sound request is not denied with one that
 * is held back.
 */
export function deniedTogether<Request extends DecidableRequest>(
  pending: readonly Request[],
): readonly Request[] {
  const next = nextRequestOf('review', pending)
  if (next === null || !isHeldBack(next.verdict)) return pending
  return pending.filter(({ verdict }) => isHeldBack(verdict))
}
