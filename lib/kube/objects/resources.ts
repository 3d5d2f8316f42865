import type { ClusterOperator, Csr, MachineObject, Node } from '#lib/csr/model.ts'
import {
  projectClusterOperator,
  projectCsr,
  projectMachine,
  projectNode,
} from '#lib/kube/objects/project.ts'

/** A kind of object: its API path and its translation. */
export interface Resource<T> {
  /** Its name outside of pages, as in logs. */
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
  /** Throws a ProjectionError for an object that is not what the API promises. */
  readonly project: (raw: unknown) => T
  readonly uid: (item: T) => string
  /** Unique at one time: the name, or namespace/name. */
  readonly key: (item: T) => string
}

/** kubectl's name: `machines.machine.openshift.io`. */
export function pluralOf({ plural, group }: Pick<Resource<unknown>, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`
}

interface Named {
  readonly uid: string
  readonly name: string
}

const uid = (item: Named): string => item.uid
const key = (item: Named): string => item.name

export const CSRS: Resource<Csr> = {
  name: 'certificate signing requests',
  group: 'certificates.k8s.io',
  versions: ['v1'],
  plural: 'certificatesigningrequests',
  optional: false,
  pageSize: 500,
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
    project: (raw) => projectMachine(group, raw),
    uid,
    key: ({ namespace, name }) => `${namespace}/${name}`,
  }
}

/** API path of a group: `/api` for the core group, else `/apis/…`. */
export function groupPath(group: string): string {
  return group === '' ? '/api' : `/apis/${group}`
}
