import type { NodeAddress } from '#lib/csr/model.ts'

/** JSON objects of the API: shared metadata, and the few kinds that have behaviour here. */
export interface ObjectMeta {
  name: string
  namespace?: string
  generateName?: string
  uid?: string
  resourceVersion?: string
  creationTimestamp?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
  spec?: unknown
  status?: unknown
  [field: string]: unknown
}

export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
  lastHeartbeatTime?: string
}

export interface CsrObject extends KubeObject {
  spec: {
    request: string
    signerName: string
    usages: string[]
    expirationSeconds?: number
    username?: string
    uid?: string
    groups?: string[]
    extra?: Record<string, string[]>
  }
  status: { conditions?: Condition[]; certificate?: string }
}

export interface NodeObject extends KubeObject {
  status: {
    addresses?: NodeAddress[]
    conditions?: Condition[]
    daemonEndpoints?: { kubeletEndpoint?: { Port: number } }
  }
}

export interface MachineObject extends KubeObject {
  status: {
    phase?: string
    nodeRef?: { kind: string; name: string; uid: string }
    addresses?: NodeAddress[]
  }
}

/** Whether a condition of that type has status True. */
export function hasCondition(conditions: readonly Condition[] | undefined, type: string): boolean {
  return conditions?.some((one) => one.type === type && one.status === 'True') ?? false
}
