import { isForbidden, isNotFound, KubeError } from '#lib/kube/errors.ts'
import type { Identity } from '#lib/kube/identity.ts'
import { call } from '#lib/kube/transport.ts'

export interface AccessReview {
  /** `update` on `certificatesigningrequests/approval`. */
  readonly approval: boolean
  /** `approve` on each signer that was asked for. */
  readonly signers: Readonly<Record<string, boolean>>
}

/**
 * What the API server itself says this identity may decide. RBAC matches the names of signers to
 * the letter, so the exact one and its domain's `/*` are both asked for. Rejects with a KubeError.
 */
export async function reviewAccess(
  identity: Identity,
  signerNames: readonly string[],
  signal?: AbortSignal,
): Promise<AccessReview> {
  const group = 'certificates.k8s.io'
  const ask = (attributes: Attributes) => isAllowed(identity, { group, ...attributes }, signal)
  const asSigner = (name: string) => ask({ resource: 'signers', verb: 'approve', name })
  const [approval, ...signers] = await Promise.all([
    ask({ resource: 'certificatesigningrequests', subresource: 'approval', verb: 'update' }),
    ...signerNames.map(async (signerName) => {
      const [exact, domain] = await Promise.all([
        asSigner(signerName),
        asSigner(`${signerName.split('/')[0] ?? ''}/*`),
      ])
      return [signerName, exact || domain] as const
    }),
  ])
  return { approval, signers: Object.fromEntries(signers) }
}

/** The user name the API server sees; '' where it does not answer such questions. */
export async function whoAmI(identity: Identity, signal?: AbortSignal): Promise<string> {
  try {
    const { body } = await call(identity, {
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      signal,
    })
    const username = at(body, 'status', 'userInfo', 'username')
    return typeof username === 'string' ? username : ''
  } catch (error) {
    // Before Kubernetes 1.28, or taken away: not knowing the name is no reason to stop.
    if (isNotFound(error) || isForbidden(error)) return ''
    throw error
  }
}

interface Attributes {
  readonly group?: string
  readonly resource: string
  readonly subresource?: string
  readonly verb: string
  readonly name?: string
}

async function isAllowed(
  identity: Identity,
  resourceAttributes: Attributes,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { body } = await call(identity, {
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
    signal,
  })
  const allowed = at(body, 'status', 'allowed')
  if (typeof allowed === 'boolean') return allowed
  throw new KubeError('The access review has no answer.', { kind: 'malformed' })
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const field of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, field)
  }
  return current
}
