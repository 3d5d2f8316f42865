/** State and constants of OpenShift's cluster-machine-approver. */
export interface MachineApprover {
  /** `unknown`: the ClusterOperators could not be read. */
  readonly presence: 'present' | 'absent' | 'unknown'
  readonly available: boolean
  /** The operator's message when unavailable or degraded; '' otherwise. */
  readonly message: string
  /** Whether its ConfigMap disables client requests; null when unreadable. */
  readonly clientDisabled: boolean | null
  /**
   * Whether the ConfigMap has changed since its first read: the machine-approver reads it only at
   * its start.
   */
  readonly clientChanged: boolean
  /** The ClusterVersion's version, such as `4.17.3`; null when unknown. */
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

/** Name of its ClusterOperator. */
export const MACHINE_APPROVER = 'machine-approver'

/** From 10 s before the Machine's creation (maxMachineClockSkew) to 2 h after (maxMachineDelta). */
const WINDOW_BEFORE = 10 * 1000
const WINDOW_AFTER = 2 * 60 * 60 * 1000

/**
 * Whether the request was made within the window around its Machine's creation, both ends excluded.
 * Times in milliseconds.
 */
export function isInWindow(requestedAt: number, machineCreatedAt: number): boolean {
  return (
    requestedAt > machineCreatedAt - WINDOW_BEFORE && requestedAt < machineCreatedAt + WINDOW_AFTER
  )
}

/** Longest pause between two tries after an error, in milliseconds. */
export const LONGEST_PAUSE = 1000 * 1000

/** Resync period after which all requests are tried again: 10 h plus a tenth, in milliseconds. */
export const RESYNC = 11 * 60 * 60 * 1000
