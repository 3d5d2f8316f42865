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

function served(
  group: string,
  plural: string,
  kind: string,
  rest: Partial<ServedResource> = {},
): ServedResource {
  const names = { group, version: 'v1', plural, singular: kind.toLowerCase(), kind }
  return { ...names, shortNames: [], namespaced: false, subresources: [], custom: false, ...rest }
}

const CUSTOM = { custom: true, subresources: ['status'] }

export const CSRS = served(
  'certificates.k8s.io',
  'certificatesigningrequests',
  'CertificateSigningRequest',
  { subresources: ['approval', 'status'], shortNames: ['csr'] },
)
export const NODES = served('', 'nodes', 'Node', { subresources: ['status'], shortNames: ['no'] })
export const MACHINES = served('machine.openshift.io', 'machines', 'Machine', {
  ...CUSTOM,
  version: 'v1beta1',
  namespaced: true,
})
export const CLUSTER_OPERATORS = served(
  'config.openshift.io',
  'clusteroperators',
  'ClusterOperator',
  CUSTOM,
)

export const RESOURCES: readonly ServedResource[] = [
  CSRS,
  NODES,
  MACHINES,
  CLUSTER_OPERATORS,
  served('config.openshift.io', 'clusterversions', 'ClusterVersion', CUSTOM),
  served('config.openshift.io', 'networks', 'Network', CUSTOM),
  served('', 'namespaces', 'Namespace', { subresources: ['status'] }),
  served('', 'configmaps', 'ConfigMap', { namespaced: true }),
  served('', 'services', 'Service', { namespaced: true, subresources: ['status'] }),
  served('networking.k8s.io', 'servicecidrs', 'ServiceCIDR'),
  served('coordination.k8s.io', 'leases', 'Lease', { namespaced: true }),
  served('events.k8s.io', 'events', 'Event', { namespaced: true }),
]

export function groupVersion({ group, version }: ServedResource): string {
  return group === '' ? version : `${group}/${version}`
}
