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

/** What whoever holds the certificate could do with it, should the request be approved. */
export type Grants =
  /** Is a node to the API server. `name` is what follows `system:node:`. */
  | { readonly as: 'node'; readonly name: string; readonly mayControl: MayControl }
  /** Is this user, in these groups, to the API server. */
  | {
      readonly as: 'user'
      readonly user: Granted
      readonly groups: readonly Granted[]
      /** One of them has the whole cluster. */
      readonly control: boolean
    }
  /** Answers as these names and addresses to the API server and whoever trusts the cluster's CA. */
  | { readonly as: 'server'; readonly names: readonly string[]; readonly mayControl: MayControl }
  /** Whatever its signer makes of it: nothing that Kubernetes itself defines. */
  | {
      readonly as: 'custom'
      readonly subject: readonly string[]
      readonly names: readonly string[]
      readonly mayControl: MayControl
    }

  /** Nobody can say: what was made out is not what every reader makes of it, the signer among them. */
  | {
      readonly as: 'untold'
      readonly why: 'inexact' | 'severalNames'
      /** One of the names or groups that were made out has the whole cluster. */
      readonly control: boolean
    }

/**
 * The user and groups in its subject that have the whole cluster. Its holder has it where the API
 * server trusts the signer's CA for clients, which the cluster does not tell.
 */
type MayControl = readonly string[]

export interface Granted {
  readonly name: string
  /** Whoever is this has the whole cluster, as far as the platforms define it. */
  readonly control: boolean
}

/**
 * What a request would grant, by the rules of its signer. Of several common names Kubernetes takes
 * the last and other programs the first: none of them is told as the holder's.
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

/** The users and groups in a subject that have the whole cluster, in their order. */
export function controlIn(x509cr: X509CertificateRequest | null): readonly string[] {
  const { commonNames = [], organizations = [] } = x509cr?.subject ?? {}
  return [...commonNames.filter(isControlUser), ...organizations.filter(isControlGroup)]
}

function asUser(name: string, organizations: readonly string[]): Grants {
  const user = { name, control: isControlUser(name) }
  const groups = organizations.map((group) => ({ name: group, control: isControlGroup(group) }))
  return { as: 'user', user, groups, control: user.control || groups.some((one) => one.control) }
}

/** The cluster's own programs, most of which may change anything, all of which may read secrets. */
function isControlUser(user: string): boolean {
  return CONTROL_USERS.includes(user) || user.startsWith(KUBE_SYSTEM_ACCOUNT_PREFIX)
}

function isControlGroup(group: string): boolean {
  return CONTROL_GROUPS.includes(group)
}
