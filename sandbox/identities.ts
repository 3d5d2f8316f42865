import {
  BOOTSTRAPPERS_GROUP,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_BOOTSTRAPPER,
  NODE_GROUP,
} from '#lib/csr/names.ts'

export interface User {
  readonly username: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export interface Rule {
  readonly verbs: readonly string[]
  readonly groups?: readonly string[]
  /** Resources as `plural` or `plural/subresource`. */
  readonly resources?: readonly string[]
  /** Exact names; absent for any name. */
  readonly names?: readonly string[]
  readonly paths?: readonly string[]
}

export const IDENTITIES = ['admin', 'viewer', 'approver', 'nobody'] as const
export type IdentityName = (typeof IDENTITIES)[number]

/** User names of a scenario. Rights belong to the identity, not to the name. */
export type UserNames = Readonly<Record<IdentityName, string>>

const READ = ['get', 'list', 'watch']

/**
 * Rights of every user by `system:basic-user`, `system:discovery` and `system:public-info-viewer`.
 */
const AUTHENTICATED: readonly Rule[] = [
  {
    verbs: ['create'],
    groups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  },
  { verbs: ['create'], groups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
  { verbs: ['get'], paths: ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'] },
]

const ANYBODY: readonly Rule[] = [
  { verbs: ['get'], paths: ['/healthz', '/livez', '/readyz', '/version', '/version/'] },
]

const VIEWER: readonly Rule[] = [
  { verbs: READ, groups: ['certificates.k8s.io'], resources: ['certificatesigningrequests'] },
  { verbs: READ, groups: [''], resources: ['nodes'] },
  { verbs: READ, groups: ['machine.openshift.io', 'cluster.x-k8s.io'], resources: ['machines'] },
  {
    verbs: READ,
    groups: ['config.openshift.io'],
    resources: ['clusteroperators', 'clusterversions'],
  },
  { verbs: ['get'], groups: [''], resources: ['configmaps'] },
  // Networks of Services, whose addresses no machine may request.
  { verbs: ['list'], groups: ['networking.k8s.io'], resources: ['servicecidrs'] },
  { verbs: ['get'], groups: ['config.openshift.io'], resources: ['networks'], names: ['cluster'] },
  { verbs: ['get'], groups: [''], resources: ['services'], names: ['kubernetes'] },
]

const APPROVER: readonly Rule[] = [
  ...VIEWER,
  {
    verbs: ['update'],
    groups: ['certificates.k8s.io'],
    resources: ['certificatesigningrequests/approval'],
  },
  {
    verbs: ['approve'],
    groups: ['certificates.k8s.io'],
    resources: ['signers'],
    names: [KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING],
  },
]

const EVERYTHING: readonly Rule[] = [
  { verbs: ['*'], groups: ['*'], resources: ['*'], paths: ['*'] },
]

const KUBELET: readonly Rule[] = [
  {
    verbs: ['create', 'get', 'list', 'watch'],
    groups: ['certificates.k8s.io'],
    resources: ['certificatesigningrequests'],
  },
]

/** Rights of each user; tests remove rules while the sandbox runs. */
export class Rights {
  readonly #byName = new Map<string, readonly Rule[]>()

  constructor(users: UserNames) {
    this.#byName.set(users.admin, EVERYTHING)
    this.#byName.set(users.viewer, VIEWER)
    this.#byName.set(users.approver, APPROVER)
  }

  rulesOf(user: User): readonly Rule[] {
    if (user.groups.includes('system:masters')) return EVERYTHING
    const own = this.#byName.get(user.username) ?? []
    if (!user.groups.includes('system:authenticated')) return [...ANYBODY, ...own]
    const kubelet = isKubelet(user) ? KUBELET : []
    return [...ANYBODY, ...AUTHENTICATED, ...kubelet, ...own]
  }

  /** Gives a user these rights, or those that another user has now. */
  give(username: string, rights: string | readonly Rule[]): void {
    const rules = typeof rights === 'string' ? (this.#byName.get(rights) ?? []) : rights
    this.#byName.set(username, rules)
  }

  /** Removes the rules that name this resource, or all rules; returns the undo. */
  revoke(username: string, resource?: string): () => void {
    const before = this.#byName.get(username) ?? []
    this.#byName.set(
      username,
      before.filter((rule) => keeps(rule, resource)),
    )
    return () => this.#byName.set(username, before)
  }
}

/** Whether the user is a kubelet, with its own certificate or the bootstrap identity. */
function isKubelet({ username, groups }: User): boolean {
  return (
    username === NODE_BOOTSTRAPPER ||
    groups.includes(NODE_GROUP) ||
    groups.includes(BOOTSTRAPPERS_GROUP)
  )
}

function keeps(rule: Rule, resource: string | undefined): boolean {
  return resource !== undefined && !(rule.resources ?? []).includes(resource)
}

/** A person or program with a bearer token or a client certificate. */
export function person(username: string, groups: readonly string[] = []): User {
  return { username, uid: '', groups: [...groups, 'system:authenticated'], extra: {} }
}

/** User of the control plane, and of the sandbox's own changes. */
export const SYSTEM: User = person('system:apiserver', ['system:masters'])

export const ANONYMOUS: User = {
  username: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
}
