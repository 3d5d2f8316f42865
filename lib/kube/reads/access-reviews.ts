import type { Access } from '#lib/csr/approval/may-act-now.ts'
import { cause } from '#lib/csr/cause.ts'
import type { Requestor } from '#lib/csr/model.ts'
import type { Person, ProposerRight } from '#lib/csr/policy/proposal.ts'
import { bounded } from '#lib/kube/objects/bounds.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import { isForbidden, isNotFound, KubeError, orNull } from '#lib/kube/transport/errors.ts'
import { call } from '#lib/kube/transport/transport.ts'

export type AccessReview = Omit<Access, 'reviewedAt'>

const group = 'certificates.k8s.io'
/** Rights that a decision about requests of a signer needs, beside the one to see them. */
const APPROVAL = {
  ...{ group, resource: 'certificatesigningrequests' },
  ...{ subresource: 'approval', verb: 'update' },
}
const asSigner = (name: string) => ({ group, resource: 'signers', verb: 'approve', name })

/**
 * The API server's word on what this identity may decide. RBAC matches signer names literally, so
 * both the exact name and its domain's `/*` are reviewed. One question at a time: a team's people would
 * open a connection for each. Rejects with a KubeError.
 */
export async function reviewAccess(
  identity: Identity,
  signerNames: readonly string[],
  signal?: AbortSignal,
): Promise<AccessReview> {
  const may = (attributes: Attributes) => isAllowed(identity, attributes, signal)
  const approval = await may(APPROVAL)
  const signers: Record<string, boolean> = {}
  for (const name of new Set(signerNames)) {
    signers[name] = (await may(asSigner(name))) || (await may(asSigner(domainOf(name))))
  }
  return { approval, signers }
}

/**
 * Whether a proposer may approve requests of this signer. The API server answers only identities
 * that may create SubjectAccessReviews. Rejects with a KubeError.
 */
export async function reviewProposer(
  identity: Identity,
  { username, uid, groups, extra }: Requestor,
  signerName: string,
  signal?: AbortSignal,
): Promise<ProposerRight> {
  const them = { user: username, groups, ...(uid === '' ? {} : { uid }), extra }
  const may = (attributes: Attributes) =>
    answerOf(identity, 'SubjectAccessReview', { ...them, resourceAttributes: attributes }, signal)
  try {
    const [update, exact, domain] = await Promise.all([
      may(APPROVAL),
      may(asSigner(signerName)),
      may(asSigner(domainOf(signerName))),
    ])
    return update && (exact || domain) ? 'may' : 'mayNot'
  } catch (error) {
    if (isForbidden(error) || isNotFound(error)) return 'cannotAsk'
    throw error
  }
}

/** Whether this identity may change the ConfigMap. Rejects with a KubeError. */
export function mayUpdateConfigMap(
  identity: Identity,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<boolean> {
  return isAllowed(identity, { resource: 'configmaps', verb: 'update', namespace, name })
}

/**
 * The username that the API server sees; '' without that API (before Kubernetes 1.28). Rejects with
 * a KubeError, also with forbidden while the API server starts.
 */
export async function whoAmI(identity: Identity, signal?: AbortSignal): Promise<string> {
  return (await orNull(reviewSelf(identity, signal), isNotFound))?.username ?? ''
}

/** Username and uid ('' for none); both '' without that API. Rejects with a KubeError. */
export async function whoIs(identity: Identity): Promise<Person> {
  // An unknown name is no reason to stop.
  const self = await orNull(reviewSelf(identity), isNotFound, isForbidden)
  return { username: self?.username ?? '', uid: self?.uid ?? '' }
}

/**
 * Username, uid and groups of a credential: name and uid are bounded like a requestor's, with which
 * they are compared. Rejects with a KubeError.
 */
export async function reviewSelf(
  identity: Identity,
  signal?: AbortSignal,
): Promise<Person & { readonly groups: readonly string[] }> {
  const { body } = await call(identity, {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    signal,
  })
  const username = at(body, 'status', 'userInfo', 'username')
  const uid = at(body, 'status', 'userInfo', 'uid')
  const groups = at(body, 'status', 'userInfo', 'groups')
  return {
    username: typeof username === 'string' ? bounded(username, 'spec.username') : '',
    uid: typeof uid === 'string' ? bounded(uid, 'spec.uid') : '',
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
  }
}

export interface Attributes {
  readonly group?: string
  readonly namespace?: string
  readonly resource: string
  readonly subresource?: string
  readonly verb: string
  readonly name?: string
}

/** A rule that RBAC has to grant; the group '' is the core one. */
export type Right = Required<Pick<Attributes, 'verb' | 'group' | 'resource'>>

/** The rights that this identity lacks, reviewed one at a time. Rejects with a KubeError. */
export async function missingRights(
  identity: Identity,
  rights: readonly Right[],
  signal?: AbortSignal,
): Promise<readonly Right[]> {
  const missing: Right[] = []
  for (const right of rights) {
    if (!(await isAllowed(identity, right, signal))) missing.push(right)
  }
  return missing
}

/** Whether this identity may do that. Rejects with a KubeError. */
export function isAllowed(
  identity: Identity,
  attributes: Attributes,
  signal?: AbortSignal,
): Promise<boolean> {
  return answerOf(identity, 'SelfSubjectAccessReview', { resourceAttributes: attributes }, signal)
}

function domainOf(signerName: string): string {
  return `${signerName.split('/')[0] ?? ''}/*`
}

async function answerOf(
  identity: Identity,
  kind: 'SelfSubjectAccessReview' | 'SubjectAccessReview',
  spec: object,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { body } = await call(identity, {
    method: 'POST',
    path: `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`,
    body: { apiVersion: 'authorization.k8s.io/v1', kind, spec },
    signal,
  })
  const allowed = at(body, 'status', 'allowed')
  if (typeof allowed === 'boolean') return allowed
  throw new KubeError(cause('reviewWithoutAnswer'), { kind: 'malformed' })
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const field of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, field)
  }
  return current
}
