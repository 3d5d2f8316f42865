/** OpenShift's cluster-machine-approver: what is known of it, and the figures that it goes by. */
export interface MachineApprover {
  /** `unknown`: the ClusterOperators could not be read. */
  readonly presence: 'present' | 'absent' | 'unknown'
  readonly available: boolean
  /** Why it is not available or degraded, in its own words; '' for neither. */
  readonly message: string
  /** Whether its ConfigMap turns client requests off; null when that could not be read. */
  readonly clientDisabled: boolean | null
  /** Whether that has changed since it was first read here. The machine-approver reads it at its start only. */
  readonly clientChanged: boolean
  /** The cluster's version by its ClusterVersion, such as `4.17.3`; null when that is not known. */
  readonly version: string | null
}

export const UNKNOWN_MACHINE_APPROVER: MachineApprover = {
  presence: 'unknown',
  available: false,
  message: '',
  clientDisabled: null,
  clientChanged: false,
  version: null,
}

export function isSameMachineApprover(one: MachineApprover, other: MachineApprover): boolean {
  return (
    one.presence === other.presence &&
    one.available === other.available &&
    one.message === other.message &&
    one.clientDisabled === other.clientDisabled &&
    one.clientChanged === other.clientChanged &&
    one.version === other.version
  )
}

/** Its ClusterOperator. */
export const MACHINE_APPROVER = 'machine-approver'

/** From 10 s before the Machine's creation (maxMachineClockSkew) to 2 h after (maxMachineDelta). */
const WINDOW_BEFORE = 10 * 1000
const WINDOW_AFTER = 2 * 60 * 60 * 1000

/**
 * Whether a client request was made so near to its Machine's creation. In milliseconds. Exactly at
 * either end is outside.
 */
export function isInWindow(requestedAt: number, machineCreatedAt: number): boolean {
  return (
    requestedAt > machineCreatedAt - WINDOW_BEFORE && requestedAt < machineCreatedAt + WINDOW_AFTER
  )
}

/** The longest pause between two tries at a request that it refused with an error, milliseconds. */
export const LONGEST_PAUSE = 1000 * 1000

/** It looks at every request again after about 10 h, a tenth more or less. In milliseconds. */
export const RESYNC = 11 * 60 * 60 * 1000
