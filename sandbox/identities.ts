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
  /** `plural` or `plural/subresource`. */
  readonly resources?: readonly string[]
  /** Match literally; absent means any name. */
  readonly names?: readonly string[]
  readonly paths?: readonly string[]
}

export const IDENTITIES = ['admin', 'viewer', 'approver', 'nobody'] as const
export type IdentityName = (typeof IDENTITIES)[number]

/** How a scenario calls its people; the rights hang on the identity, not on the name. */
export type UserNames = Readonly<Record<IdentityName, string>>

const READ = ['get', 'list', 'watch']

/** What `system:basic-user`, `system:discovery` and `system:public-info-viewer` give everybody. */
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
  // Service addresses, for which no machine may ask.
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

/** Who may do what; rules are taken away while the sandbox runs. */
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

  /** Takes the rules that name this resource (all rules when none is named); returns its undo. */
  revoke(username: string, resource?: string): () => void {
    const before = this.#byName.get(username) ?? []
    this.#byName.set(
      username,
      before.filter((rule) => keeps(rule, resource)),
    )
    return () => this.#byName.set(username, before)
  }
}

/** With a certificate of its own, or still with the bootstrap identity. */
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

/** A person or program with a bearer token or a client certificate of its own. */
export function person(username: string, groups: readonly string[] = []): User {
  return { username, uid: '', groups: [...groups, 'system:authenticated'], extra: {} }
}

/** The control plane itself and the sandbox's own hand. */
export const SYSTEM: User = person('system:apiserver', ['system:masters'])

export const ANONYMOUS: User = {
  username: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
}
