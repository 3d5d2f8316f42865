import type { ClusterOperator, Csr, MachineObject, Node } from '#lib/csr/model.ts'

/** One row of the table: where a kind of object lives and how it becomes ours. */
export interface Resource<T> {
  /** For messages and metrics. */
  readonly name: string
  /** '' is the core group. */
  readonly group: string
  /** Newest first; the first that the API server serves is used. */
  readonly versions: readonly string[]
  readonly plural: string
  /** A cluster may do without: absent is then a state, not an error. */
  readonly optional: boolean
  /** Objects a page. */
  readonly pageSize: number
  /** Throws a ProjectionError for an object that is not what the API promises. */
  readonly project: (raw: unknown) => T
  readonly uid: (item: T) => string
  /** What is unique at one time: the name, or namespace/name. */
  readonly key: (item: T) => string
}

export declare const CSRS: Resource<Csr>
export declare const NODES: Resource<Node>
export declare const OPENSHIFT_MACHINES: Resource<MachineObject>
export declare const CLUSTER_API_MACHINES: Resource<MachineObject>
export declare const CLUSTER_OPERATORS: Resource<ClusterOperator>
