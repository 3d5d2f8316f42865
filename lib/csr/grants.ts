import type { RequestReading, X509CertificateRequest } from '#lib/csr/model.ts'
import {
  CONTROL_GROUPS,
  CONTROL_USERS,
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBE_SYSTEM_ACCOUNT_PREFIX,
  KUBELET_SERVING,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'

/** Rights of the certificate's holder if the request is approved. */
export type Grants =
  /** The API server treats the holder as a node. `name` comes after `system:node:`. */
  | { readonly as: 'node'; readonly name: string; readonly mayControl: MayControl }
  /** The API server treats the holder as this user in these groups. */
  | {
      readonly as: 'user'
      readonly user: Granted
      readonly groups: readonly Granted[]
      /** Whether this user or one of these groups controls the whole cluster. */
      readonly control: boolean
    }
  /**
   * The holder can serve as these names to the API server and every client that trusts the
   * cluster's CA.
   */
  | { readonly as: 'server'; readonly names: readonly string[]; readonly mayControl: MayControl }
  /** Only the signer gives the certificate a meaning: Kubernetes defines none. */
  | {
      readonly as: 'custom'
      readonly subject: readonly string[]
      readonly names: readonly string[]
      readonly mayControl: MayControl
    }

  /** The rights are not told: readers, and the signer among them, may read the contents differently. */
  | {
      readonly as: 'untold'
      readonly why: 'inexact' | 'severalNames'
      /** Whether one of the readable names or groups controls the whole cluster. */
      readonly control: boolean
    }

/**
 * The subject's user and groups that control the whole cluster. They do so only if the API server
 * trusts the signer's CA for clients, which the cluster does not show.
 */
type MayControl = readonly string[]

export interface Granted {
  readonly name: string
  /** Whether this user or group controls the whole cluster on the known platforms. */
  readonly control: boolean
}

/**
 * The rights that a request would give under its signer's rules. Several common names give
 * `untold`: Kubernetes takes the last, other programs the first.
 */
export function grantsOf(signerName: string, { faithful, x509cr }: RequestReading): Grants {
  if (!faithful || x509cr === null) return untold('inexact', x509cr)
  const { commonNames, organizations, others } = x509cr.subject
  if (commonNames.length > 1) return untold('severalNames', x509cr)
  const [user = ''] = commonNames
  const names = [
    ...x509cr.dnsNames,
    ...x509cr.ipAddresses,
    ...x509cr.emailAddresses,
    ...x509cr.uris,
    ...x509cr.otherNames,
  ]
  switch (signerName) {
    case KUBELET_SERVING:
      return { as: 'server', names, mayControl: controlIn(x509cr) }
    case KUBE_APISERVER_CLIENT_KUBELET:
      return user.startsWith(NODE_USER_PREFIX)
        ? { as: 'node', name: user.slice(NODE_USER_PREFIX.length), mayControl: controlIn(x509cr) }
        : asUser(user, organizations)
    case KUBE_APISERVER_CLIENT:
      return asUser(user, organizations)
    default: {
      const subject = [
        ...commonNames.map((name) => `CN=${name}`),
        ...organizations.map((name) => `O=${name}`),
        ...others,
      ]
      return { as: 'custom', subject, names, mayControl: controlIn(x509cr) }
    }
  }
}

function untold(
  why: Extract<Grants, { as: 'untold' }>['why'],
  x509cr: X509CertificateRequest | null,
): Grants {
  return { as: 'untold', why, control: controlIn(x509cr).length > 0 }
}

/** Users and groups of a subject that control the whole cluster, in their order. */
export function controlIn(x509cr: X509CertificateRequest | null): readonly string[] {
  const { commonNames = [], organizations = [] } = x509cr?.subject ?? {}
  return [...commonNames.filter(isControlUser), ...organizations.filter(isControlGroup)]
}

function asUser(name: string, organizations: readonly string[]): Grants {
  const user = { name, control: isControlUser(name) }
  const groups = organizations.map((group) => ({ name: group, control: isControlGroup(group) }))
  return { as: 'user', user, groups, control: user.control || groups.some((one) => one.control) }
}

/** The cluster's own programs: most may change everything, all may read secrets. */
function isControlUser(user: string): boolean {
  return CONTROL_USERS.includes(user) || user.startsWith(KUBE_SYSTEM_ACCOUNT_PREFIX)
}

function isControlGroup(group: string): boolean {
  return CONTROL_GROUPS.includes(group)
}
