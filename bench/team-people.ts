import type { KubeClient } from '#e2e/fixtures/kube-client.ts'
import type { Cluster } from '#sandbox/control-plane/control-plane.ts'

/** Kinds of people of the team figure, with their ClusterRoles. */
const ROLES = {
  viewer: ['countersign-viewer'],
  approver: ['countersign-viewer', 'countersign-approver'],
} as const
export type TeamRole = keyof typeof ROLES

const namespaceOf = (role: TeamRole) => `bench-${role}s`

/** Creates that many ServiceAccounts with the role's rights. Returns a token of each. */
export async function peopleOf(
  cluster: Cluster,
  kube: KubeClient,
  role: TeamRole,
  count: number,
): Promise<readonly string[]> {
  const namespace = namespaceOf(role)
  const names = Array.from({ length: count }, (_, n) => `person-${n}`)
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...ROLES[role].map((name) => binding(role, name)),
    ...names.map((name) => ({
      ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    })),
  ]
  await cluster.apply(items)
  return Promise.all(
    names.map(async (name) => {
      const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
      const answer = await kube.call<{ status: { token: string } }>('POST', path, { body })
      if (answer.status !== 201) throw new Error(`no token for ${name}: ${answer.status}`)
      return answer.body.status.token
    }),
  )
}

/** Deletes the bindings of these people. */
export async function unbindPeople(cluster: Cluster, role: TeamRole): Promise<void> {
  const names = ROLES[role].map((name) => bindingName(role, name))
  await cluster.kubectl(['delete', 'clusterrolebinding', ...names])
}

const bindingName = (role: TeamRole, clusterRole: string) => `bench-${role}-${clusterRole}`

function binding(role: TeamRole, clusterRole: string): object {
  const apiGroup = 'rbac.authorization.k8s.io'
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: bindingName(role, clusterRole) },
    roleRef: { apiGroup, kind: 'ClusterRole', name: clusterRole },
    subjects: [{ kind: 'Group', name: `system:serviceaccounts:${namespaceOf(role)}`, apiGroup }],
  }
}
