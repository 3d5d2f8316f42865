/**
 * Data of a story, without code. Times are `mm:ss` before the start of the sandbox (minutes may
 * exceed 59); `-0:30` is half a minute after it.
 */

import type { RequestSpec, RequestStory } from '#sandbox/http-request.ts'
import type { UserNames } from '#sandbox/identities.ts'

export interface Scenario {
  /** Name of the kubeconfig context. */
  readonly cluster: string
  readonly users: UserNames
  /** False for a cluster without the machine API. */
  readonly hasMachines: boolean
  readonly standing: readonly StandingNode[]
  readonly machines: readonly MachineStory[]
  readonly others: readonly OtherRequest[]
  readonly operators: readonly OperatorStory[]
  /** ConfigMaps of admins, with their namespaces. */
  readonly configMaps?: readonly {
    readonly namespace: string
    readonly name: string
    readonly data: Readonly<Record<string, string>>
  }[]
}

/** A Node that joined long ago. */
export interface StandingNode {
  readonly name: string
  readonly ip: string
  readonly role: string
  readonly daysOld: number
  readonly version?: string
  readonly unschedulable?: boolean
  /** Name of its Machine object, if any. */
  readonly machineObject?: string
  /** Time since its kubelet's last heartbeat. */
  readonly silentFor?: string
  /** Certificate that its kubelet presents; the cluster's when absent. */
  readonly presents?: KubeletCertificate
}

/** `unknownCa`: of another CA, with the node's plain name. `none`: the kubelet waits for its first. */
export type KubeletCertificate = 'cluster' | 'selfSigned' | 'unknownCa' | 'none'

/** A machine that joins. */
export interface MachineStory {
  readonly name: string
  readonly ip: string
  readonly role: string
  /** Creation of its Machine object, or without one the time of its first request. */
  readonly began: string
  /** Name of its Machine object; the first request follows 15 s later. */
  readonly machineObject?: string
  /** Uses kubeadm's bootstrap token instead of OpenShift's service account. */
  readonly viaToken?: string
  readonly decisions?: readonly DecisionStory[]
  readonly readyAfterSeconds?: number
  readonly servingAfterSeconds?: number
  /** Seconds by which the signer delays its client request. */
  readonly signerHoldsSeconds?: number
  readonly client?: RequestStory
  readonly serving?: RequestStory
  /** Time at which it was switched off again. */
  readonly switchedOff?: string
}

export interface DecisionStory {
  readonly at: string
  readonly purpose: 'client' | 'serving'
  readonly decision: 'approve' | 'deny'
  readonly by: string
  readonly note?: string
}

/** A request that is not a joining kubelet's, or only imitates one. */
export interface OtherRequest extends RequestSpec {
  readonly filed: string
  readonly requestor: {
    readonly username: string
    readonly groups?: readonly string[]
  }
}

export interface OperatorStory {
  readonly name: string
  /** Nodes that must be Ready and serve exec and logs before it is available. */
  readonly waitsFor: readonly string[]
  /** Message of the operator while it is not available. */
  readonly message: string
}

/** `mm:ss` in seconds, with its sign. */
export function secondsOf(time: string): number {
  const [, sign, minutes, seconds] = /^(-?)(\d+):(\d\d)$/.exec(time) ?? []
  if (minutes === undefined) throw new Error(`not a time of the form mm:ss: ${time}`)
  const total = Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? -total : total
}

/** An empty cluster for tests. */
export const EMPTY: Scenario = {
  cluster: 'sandbox',
  users: { admin: 'admin', viewer: 'viewer', approver: 'approver', nobody: 'nobody' },
  hasMachines: true,
  standing: [],
  machines: [],
  others: [],
  operators: [],
}
