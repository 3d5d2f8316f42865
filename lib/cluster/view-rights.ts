import type { FollowedSources, WorldSource } from '#lib/cluster/why-not-known.ts'
import {
  CLUSTER_API_MACHINES,
  CLUSTER_OPERATORS,
  CSRS,
  NODES,
  OPENSHIFT_MACHINES,
} from '#lib/kube/objects/resources.ts'
import type { Right } from '#lib/kube/reads/access-reviews.ts'

/** Sources with the right that reads them; requests of all signers take one. */
const READ_BY = [
  ['clientCsrs', CSRS],
  ['nodes', NODES],
  ['openshiftMachines', OPENSHIFT_MACHINES],
  ['clusterApiMachines', CLUSTER_API_MACHINES],
] as const satisfies readonly (readonly [WorldSource, object])[]

/** The right to list each source that was read. */
export function viewRights(
  delivered: FollowedSources,
  operators: { readonly wasLive: boolean },
): readonly Right[] {
  const read = [
    ...READ_BY.map(([source, resource]) => ({ resource, wasLive: delivered(source).wasLive })),
    { resource: CLUSTER_OPERATORS, wasLive: operators.wasLive },
  ]
  return read
    .filter(({ resource, wasLive }) => !resource.optional || wasLive)
    .map(({ resource: { group, plural } }) => ({ verb: 'list', group, resource: plural }))
}
