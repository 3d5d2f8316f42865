/** Resources of the sandbox, one row each. */
export interface ServedResource {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  /** kubectl's other names. */
  readonly shortNames: readonly string[]
  readonly namespaced: boolean
  readonly subresources: readonly string[]
  /** Served by a CustomResourceDefinition in a real cluster, whose lists name each item's kind. */
  readonly custom: boolean
}

function builtIn(group: string, plural: string, kind: string, rest: Partial<ServedResource> = {}) {
  return { ...row(group, 'v1', plural, kind), ...rest }
}

function custom(
  group: string,
  version: string,
  plural: string,
  kind: string,
  namespaced: boolean,
): ServedResource {
  return {
    ...row(group, version, plural, kind),
    namespaced,
    custom: true,
    subresources: ['status'],
  }
}

function row(group: string, version: string, plural: string, kind: string): ServedResource {
  return {
    group,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    shortNames: [],
    namespaced: false,
    subresources: [],
    custom: false,
  }
}

export const CSRS: ServedResource = builtIn(
  'certificates.k8s.io',
  'certificatesigningrequests',
  'CertificateSigningRequest',
  { subresources: ['approval', 'status'], shortNames: ['csr'] },
)
export const NODES: ServedResource = builtIn('', 'nodes', 'Node', {
  subresources: ['status'],
  shortNames: ['no'],
})
export const MACHINES: ServedResource = custom(
  'machine.openshift.io',
  'v1beta1',
  'machines',
  'Machine',
  true,
)
export const CLUSTER_OPERATORS: ServedResource = custom(
  'config.openshift.io',
  'v1',
  'clusteroperators',
  'ClusterOperator',
  false,
)

export const RESOURCES: readonly ServedResource[] = [
  CSRS,
  NODES,
  MACHINES,
  CLUSTER_OPERATORS,
  custom('config.openshift.io', 'v1', 'clusterversions', 'ClusterVersion', false),
  custom('config.openshift.io', 'v1', 'networks', 'Network', false),
  builtIn('', 'namespaces', 'Namespace', { subresources: ['status'] }),
  builtIn('', 'configmaps', 'ConfigMap', { namespaced: true }),
  builtIn('', 'services', 'Service', { namespaced: true, subresources: ['status'] }),
  builtIn('networking.k8s.io', 'servicecidrs', 'ServiceCIDR'),
  builtIn('coordination.k8s.io', 'leases', 'Lease', { namespaced: true }),
  builtIn('events.k8s.io', 'events', 'Event', { namespaced: true }),
]

export function groupVersion({ group, version }: ServedResource): string {
  return group === '' ? version : `${group}/${version}`
}
