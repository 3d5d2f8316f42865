import { type Cause, cause } from '#lib/csr/cause.ts'
import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { Identity } from '#lib/kube/credentials/acting-identity.ts'
import { type Attributes, isAllowed } from '#lib/kube/reads/access-reviews.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { causesOf } from '#lib/kube/transport/errors.ts'
import { keepAsking } from '#lib/kube/transport/keep-asking.ts'
import { explain } from '#lib/server/decide/explain.ts'

const CERTIFICATES = 'certificates.k8s.io'
const CSRS = 'certificatesigningrequests'

/** Rights that the identity which reads for everybody must not have. */
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
  { resource: 'serviceaccounts', verb: 'impersonate' },
]

/**
 * Rights beyond reading that this identity has, in words; empty when it only reads. Team mode needs
 * that: a write as this identity would be nobody's. Rejects with a KubeError.
 */
export async function rightsBeyondReading(
  identity: Identity,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const allowed = await Promise.all(FORBIDDEN.map((right) => isAllowed(identity, right, signal)))
  return FORBIDDEN.filter((_, at) => allowed[at] === true).map(
    ({ verb, resource, subresource, name }) =>
      [verb, [resource, subresource].filter(Boolean).join('/'), name].filter(Boolean).join(' '),
  )
}

/** Whether the reading identity was proven to only read. */
export interface ReadOnlyProof {
  readonly isProven: boolean
  readonly trouble: readonly Cause[]
  stop(): void
}

/** Where the identity is the person's own, it may write. */
export const PROVEN: ReadOnlyProof = { isProven: true, trouble: [], stop() {} }

/**
 * Asks until the API server has answered, and every ten minutes after that. Where the identity can
 * do more than read, the process ends (`onMayWrite`).
 */
export function proveReadOnly(
  identity: Identity,
  clock: Clock,
  onChange: () => void,
  onMayWrite: (words: string) => void,
): ReadOnlyProof {
  let isProven = false
  let trouble: readonly Cause[] = []
  const asking = keepAsking(clock, async (signal) => {
    try {
      const rights = await rightsBeyondReading(identity, signal)
      isProven = rights.length === 0
      trouble = isProven ? [] : [cause('readerMayWrite', { rights: rights.join(', ') })]
      if (!isProven) onMayWrite(explain(trouble).detail)
    } catch (error) {
      if (!isProven) trouble = [cause('readerUnproven'), ...causesOf(error)]
    }
    onChange()
    return isProven ? PROVEN_AGAIN_MS : AGAIN_MS
  })
  asking.now()
  return {
    get isProven() {
      return isProven
    },
    get trouble() {
      return trouble
    },
    stop: asking.stop,
  }
}

const AGAIN_MS = 5_000
const PROVEN_AGAIN_MS = 10 * 60_000
