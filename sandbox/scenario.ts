/**
 * What a story consists of: data, no code. Times are how long before the start of the sandbox
 * something happens, as `mm:ss` (minutes may be many); `-0:30` is half a minute after the start.
 */

import type { RequestStory, RequestTold } from '#sandbox/http-request.ts'
import type { UserNames } from '#sandbox/identities.ts'

export interface Scenario {
  /** The kubeconfig context's name. */
  readonly cluster: string
  readonly users: UserNames
  /** False for a cluster without the machine API. */
  readonly hasMachines: boolean
  readonly standing: readonly StandingNode[]
  readonly machines: readonly MachineStory[]
  readonly others: readonly OtherRequest[]
  readonly operators: readonly OperatorStory[]
  /** What admins keep in ConfigMaps; their namespaces come with them. */
  readonly configMaps?: readonly ConfigMapStory[]
}

export interface ConfigMapStory {
  readonly namespace: string
  readonly name: string
  readonly data: Readonly<Record<string, string>>
}

/** A Node that has been in the cluster for long. */
export interface StandingNode {
  readonly name: string
  readonly ip: string
  readonly role: string
  readonly daysOld: number
  readonly version?: string
  readonly unschedulable?: boolean
  /** Its Machine object, where it has one. */
  readonly machineObject?: string
  /** Since when its kubelet has been silent. */
  readonly silentFor?: string
}

/** A machine that joins. */
export interface MachineStory {
  readonly name: string
  readonly ip: string
  readonly role: string
  /** When its Machine object was made, or, without one, when its first request was filed. */
  readonly began: string
  /** Its Machine object; the first request follows 15 s later. */
  readonly machineObject?: string
  /** Asks as kubeadm's bootstrap token instead of OpenShift's service account. */
  readonly viaToken?: string
  readonly decisions?: readonly DecisionStory[]
  readonly joinsAfterSeconds?: number
  readonly readyAfterSeconds?: number
  readonly servingAfterSeconds?: number
  /** How long the signer leaves its client request lying. */
  readonly signerHoldsSeconds?: number
  readonly client?: RequestStory
  readonly serving?: RequestStory
  /** When it was switched off again. */
  readonly switchedOff?: string
}

export interface DecisionStory {
  readonly at: string
  readonly purpose: 'client' | 'serving'
  readonly decision: 'approve' | 'deny'
  readonly by: string
  readonly note?: string
}

/** A request that is not a joining kubelet's, or only pretends to be. */
export interface OtherRequest extends RequestTold {
  readonly filed: string
  readonly requestor: {
    readonly username: string
    readonly groups?: readonly string[]
  }
}

export interface OperatorStory {
  readonly name: string
  /** Available as soon as these nodes are Ready and serve exec and logs. */
  readonly waitsFor: readonly string[]
  /** Its own words meanwhile. */
  readonly message: string
}

/** `mm:ss` in seconds, with its sign. */
export function secondsOf(time: string): number {
  const [, sign, minutes, seconds] = /^(-?)(\d+):(\d\d)$/.exec(time) ?? []
  if (minutes === undefined) throw new Error(`not a time of the form mm:ss: ${time}`)
  const total = Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? -total : total
}

/** A cluster with nothing in it: what tests build upon. */
export const EMPTY: Scenario = {
  cluster: 'sandbox',
  users: { admin: 'admin', viewer: 'viewer', approver: 'approver', nobody: 'nobody' },
  hasMachines: true,
  standing: [],
  machines: [],
  others: [],
  operators: [],
}
