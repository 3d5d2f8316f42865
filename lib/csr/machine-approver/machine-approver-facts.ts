import type { Csr } from '#lib/csr/model.ts'
import {
  AUTHENTICATED_GROUP,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_BOOTSTRAPPER_GROUPS,
  NODE_GROUP,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'
import { HOUR_MS, MINUTE_MS } from '#lib/csr/units-of-time.ts'

/** Known state of OpenShift's cluster-machine-approver. */
export interface MachineApprover {
  /** `unknown`: the ClusterOperators could not be read. */
  readonly presence: 'present' | 'absent' | 'unknown'
  readonly available: boolean
  /** The operator's message when unavailable or degraded; '' otherwise. */
  readonly message: string
  readonly clients: ClientFlow
}

/**
 * Whether the machine-approver answers client requests, by its ConfigMap, which it reads at its
 * start.
 * `changed`: the ConfigMap changed after that. `unknown`: the ConfigMap cannot be read, or it
 * exists
 * and the start is not known.
 */
export type ClientFlow = 'on' | 'off' | 'changed' | 'unknown'

export const UNKNOWN_MACHINE_APPROVER: MachineApprover = {
  presence: 'unknown',
  available: false,
  message: '',
  clients: 'unknown',
}

/** Name of the machine-approver's ClusterOperator. */
export const MACHINE_APPROVER = 'machine-approver'

/** Milliseconds after one of its approvals for which the machine-approver counts as at work. */
export const AT_WORK = MINUTE_MS

/**
 * Whether the machine-approver answers such a request: of the node-bootstrapper, or a node's
 * serving request.
 */
export function answersRequestor({ signerName, requestor }: Pick<Csr, 'signerName' | 'requestor'>) {
  const { username, groups } = requestor
  if (signerName === KUBE_APISERVER_CLIENT_KUBELET) {
    return (
      username === NODE_BOOTSTRAPPER &&
      groups.length === NODE_BOOTSTRAPPER_GROUPS.length &&
      NODE_BOOTSTRAPPER_GROUPS.every((group) => groups.includes(group))
    )
  }
  return (
    signerName === KUBELET_SERVING &&
    username.startsWith(NODE_USER_PREFIX) &&
    groups.includes(NODE_GROUP) &&
    groups.includes(AUTHENTICATED_GROUP)
  )
}

/**
 * The window: from 10 s before the Machine's creation (maxMachineClockSkew) to 2 h after
 * (maxMachineDelta).
 */
const WINDOW_BEFORE = 10 * 1000
const WINDOW_AFTER = 2 * HOUR_MS

/**
 * Whether the request was made within the window around its Machine's creation, both ends excluded.
 * Times in milliseconds.
 */
export function isInWindow(requestedAt: number, machineCreatedAt: number): boolean {
  const after = requestedAt - machineCreatedAt
  return after > -WINDOW_BEFORE && after < WINDOW_AFTER
}
