import type { ClusterOperator, Csr, MachineObject, Node, StoredObject } from '#lib/csr/model.ts'
import {
  projectClusterOperator,
  projectCsr,
  projectMachine,
  projectNode,
} from '#lib/kube/objects/project.ts'

/** A kind of object: its API path and its translation. */
export interface Resource<T> {
  /** Name of the kind in logs; pages do not show it. */
  readonly name: string
  /** '' is the core group. */
  readonly group: string
  /** Newest first; the first that the API server serves is used. */
  readonly versions: readonly string[]
  readonly plural: string
  /** A cluster may lack this API: then its state is `absent`, not an error. */
  readonly optional: boolean
  /** Objects a page, so that parsing one page takes less than 20 ms. */
  readonly pageSize: number
  /** Most objects that are followed: a longer list would take the memory of all others. */
  readonly most: number
  /** Selects a part of the objects, which is followed on its own. */
  readonly fieldSelector?: string
  /** Rule for a part with more objects than that; without it none of the part is kept. */
  readonly overflow?: Overflow<T>
  /** Throws a ProjectionError for an object that is not what the API promises. */
  readonly project: (raw: unknown) => T
  readonly uid: (item: T) => string
  /** Unique at one time: the name, or namespace/name. */
  readonly key: (item: T) => string
}

/** A resource with too many objects is followed in part; the first ones are kept at least. */
export interface Overflow<T> {
  /** Signers whose objects are left out already. */
  readonly leftOut: readonly string[]
  /** The resource without those that are most of these objects; null where none stand out. */
  narrow(items: readonly T[]): Resource<T> | null
}

/** Twice the largest cluster that is measured (docs/benchmarks.md, storm). */
const MOST_OBJECTS = 200_000

/** kubectl's name: `machines.machine.openshift.io`. */
export function pluralOf({ plural, group }: Pick<Resource<unknown>, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`
}

const uid = (item: StoredObject): string => item.uid
const key = (item: StoredObject): string => item.name

export const CSRS: Resource<Csr> = {
  name: 'certificate signing requests',
  group: 'certificates.k8s.io',
  versions: ['v1'],
  plural: 'certificatesigningrequests',
  optional: false,
  pageSize: 500,
  most: MOST_OBJECTS,
  project: projectCsr,
  uid,
  key,
}

export const NODES: Resource<Node> = {
  name: 'nodes',
  group: '',
  versions: ['v1'],
  plural: 'nodes',
  optional: false,
  // A Node with its images has 25 KB.
  pageSize: 100,
  most: MOST_OBJECTS,
  project: projectNode,
  uid,
  key,
}

export const OPENSHIFT_MACHINES: Resource<MachineObject> = machines('machine.openshift.io', [
  'v1beta1',
])

export const CLUSTER_API_MACHINES: Resource<MachineObject> = machines('cluster.x-k8s.io', [
  'v1beta2',
  'v1beta1',
])

export const CLUSTER_OPERATORS: Resource<ClusterOperator> = {
  name: 'cluster operators',
  group: 'config.openshift.io',
  versions: ['v1'],
  plural: 'clusteroperators',
  optional: true,
  pageSize: 500,
  most: MOST_OBJECTS,
  project: projectClusterOperator,
  uid,
  key,
}

function machines(group: string, versions: readonly string[]): Resource<MachineObject> {
  return {
    name: `machines of ${group}`,
    group,
    versions,
    plural: 'machines',
    optional: true,
    pageSize: 500,
    most: MOST_OBJECTS,
    project: (raw) => projectMachine(group, raw),
    uid,
    key: ({ namespace, name }) => `${namespace}/${name}`,
  }
}

/** API path of a group: `/api` for the core group, else `/apis/…`. */
export function groupPath(group: string): string {
  return group === '' ? '/api' : `/apis/${group}`
}
