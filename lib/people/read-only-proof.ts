import { type Cause, cause } from '#lib/csr/cause.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import { type Attributes, isAllowed } from '#lib/kube/reads/access-reviews.ts'
import type { Identity } from '#lib/kube/transport/acting-identity.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'
import { explain } from '#lib/refusals/explain.ts'
import type { ImpersonationSettings } from '#lib/settings/service-settings.ts'

const CERTIFICATES = 'certificates.k8s.io'
const CSRS = 'certificatesigningrequests'
const AUTHENTICATION = 'authentication.k8s.io'

/** Rights that the identity which reads for all people must not have. */
const FORBIDDEN: readonly Attributes[] = [
  { group: CERTIFICATES, resource: CSRS, subresource: 'approval', verb: 'update' },
  { group: CERTIFICATES, resource: CSRS, subresource: 'approval', verb: 'patch' },
  { group: CERTIFICATES, resource: CSRS, verb: 'create' },
  { group: CERTIFICATES, resource: 'signers', verb: 'approve', name: KUBELET_SERVING },
  {
    group: CERTIFICATES,
    resource: 'signers',
    verb: 'approve',
    name: KUBE_APISERVER_CLIENT_KUBELET,
  },
  { resource: 'users', verb: 'impersonate' },
  { resource: 'groups', verb: 'impersonate' },
  { resource: 'groups', verb: 'impersonate', name: 'system:masters' },
  { resource: 'serviceaccounts', verb: 'impersonate' },
  { group: AUTHENTICATION, resource: 'uids', verb: 'impersonate' },
  { group: AUTHENTICATION, resource: 'uids', verb: 'impersonate:user-info' },
  { group: AUTHENTICATION, resource: 'serviceaccounts', verb: 'impersonate:serviceaccount' },
  { group: AUTHENTICATION, resource: 'nodes', verb: 'impersonate:arbitrary-node' },
  { group: CERTIFICATES, resource: CSRS, verb: 'impersonate-on:user-info:delete' },
  { resource: 'secrets', verb: 'impersonate-on:user-info:get' },
]

/**
 * Verbs of no API. A role that names verbs grants none of them, so where one is allowed, a role with
 * `*` or another authorizer also grants every verb that impersonates.
 */
const INVENTED: readonly Attributes[] = [
  { group: AUTHENTICATION, resource: 'users', verb: 'impersonate:countersign-asks' },
  { group: CERTIFICATES, resource: CSRS, verb: 'impersonate-on:countersign-asks:update' },
  { group: CERTIFICATES, resource: CSRS, verb: 'countersign-asks' },
]

/** Rights that only constrained impersonation needs. */
const CONSTRAINED: readonly Attributes[] = [
  { group: AUTHENTICATION, resource: 'users', verb: 'impersonate:user-info' },
  { group: AUTHENTICATION, resource: 'groups', verb: 'impersonate:user-info' },
]

/**
 * Null for an identity that may only read, and impersonate as configured. Team mode needs that: a
 * write as this identity would belong to no person. Rejects with a KubeError.
 */
export async function moreThanReading(
  identity: Identity,
  impersonates: ImpersonationSettings['mode'] | null,
  signal?: AbortSignal,
): Promise<Cause | null> {
  const ask = async (rights: readonly Attributes[]) => {
    const allowed = await Promise.all(rights.map((right) => isAllowed(identity, right, signal)))
    return rights.filter((_, at) => allowed[at] === true).map(wordsOf)
  }
  const [invented] = await ask(INVENTED)
  if (invented !== undefined) return cause('readerMayAnything', { right: invented })
  const rights = await ask(
    impersonates === 'constrained' ? FORBIDDEN : [...FORBIDDEN, ...CONSTRAINED],
  )
  return rights.length === 0 ? null : cause('readerMayWrite', { rights: rights.join(', ') })
}

function wordsOf({ verb, resource, subresource, name }: Attributes): string {
  return [verb, [resource, subresource].filter(Boolean).join('/'), name].filter(Boolean).join(' ')
}

/**
 * Asks until the API server has answered, and every ten minutes after that. Where the identity may
 * do more than read, the process ends (`onMayWrite`).
 */
export function proveReadOnly(
  identity: Identity,
  clock: Clock,
  onChange: () => void,
  onMayWrite: (words: string) => void,
  impersonates: ImpersonationSettings['mode'] | null,
) {
  let isProven = false
  let trouble: readonly Cause[] = []
  const asking = keepAsking(clock, async (signal) => {
    try {
      const more = await moreThanReading(identity, impersonates, signal)
      isProven = more === null
      trouble = more === null ? [] : [more]
      if (!isProven) onMayWrite(explain(trouble).detail)
    } catch (error) {
      if (!isProven) trouble = [cause('readerUnproven'), ...causesOf(error)]
    }
    onChange()
    return isProven ? PROVEN_AGAIN_MS : 5_000
  })
  asking.now()
  return { isProven: () => isProven, trouble: () => trouble, stop: asking.stop }
}

const PROVEN_AGAIN_MS = 10 * 60_000
