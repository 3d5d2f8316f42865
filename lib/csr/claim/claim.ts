import {
  type AddressKey,
  canonicalDns,
  dnsKey,
  firstLabel,
  ipKey,
  isIpKey,
} from '#lib/csr/addresses/addresses.ts'
import { embeddedIpv4 } from '#lib/csr/addresses/ip-ranges.ts'
import type { RequestKind } from '#lib/csr/check-facts.ts'
import type { Judgement } from '#lib/csr/claim/judgement.ts'
import { compareTexts } from '#lib/csr/compare-texts.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import type {
  CertificateDifference,
  CertificateSummary,
  Csr,
  RequestReading,
} from '#lib/csr/model.ts'
import { nodeNameOf } from '#lib/csr/name-syntax.ts'
import {
  APPROVED,
  isKubeletSigner,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
  NODE_GROUP,
  NODE_USER_PREFIX,
} from '#lib/csr/names.ts'
import { trimmed } from '#lib/csr/reading/trimmed.ts'
import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import { condition } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** The issued certificate and its differences from the request. */
export type Issuing = Pick<Claim, 'certificate' | 'differences'>

/** A request and its claims, read once: `spec` never changes. */
export interface Claim {
  readonly csr: Csr
  /** The latest few resourceVersions, the current one last. */
  readonly versions: readonly string[]
  readonly reading: RequestReading
  /** The issued certificate; null if missing or unreadable. */
  readonly certificate: CertificateSummary | null
  /** Differences between certificate and request; empty without a certificate. */
  readonly differences: readonly CertificateDifference[]
  readonly kind: RequestKind
  /** Creation time, milliseconds since the epoch; 0 for an unreadable time, never NaN. */
  readonly createdAt: number
  /** The machine of the request; null under "other requests". */
  readonly nodeName: string | null
  /** The node in the subject, for any signer; compared by `key.reuse`. */
  readonly subjectNode: string | null
  /** Names that are compared for look-alikes, with their skeletons. */
  readonly names: readonly { readonly name: string; readonly skeleton: string }[]
  /** DNS and IP SANs with their address keys. */
  readonly sans: readonly San[]
  readonly memo: Memo
}

/**
 * The last results for a request, so that only changed ones of twenty thousand are judged again.
 * The world clears the memo on a change; the judgement names its inputs.
 */
export interface Memo {
  judgement: Judgement | null
  row: JudgedRequest | null
  /** The judgement in `row`. */
  rowJudgement: Judgement | null
  /** Whether the kubelet's answer was awaited in `row`. */
  asking: boolean
}

export function emptyMemo(): Memo {
  return { judgement: null, row: null, rowJudgement: null, asking: false }
}

/** Bound of `versions`: labels that change all the time must not make the list grow. */
const MOST_VERSIONS = 8

export function laterVersions(earlier: readonly string[], version: string): readonly string[] {
  return [...earlier.filter((known) => known !== version), version].slice(-MOST_VERSIONS)
}

export interface San {
  readonly kind: 'DNS' | 'IP'
  readonly value: string
  readonly key: AddressKey
  /**
   * Further addresses: the one that a DNS name spells, or IPv4 addresses inside an IPv6 address.
   */
  readonly also: readonly AddressKey[]
}

/** The IP key of the SAN, also of a DNS name that spells an address; null for none. */
export function ipKeyOf(san: San): AddressKey | null {
  return keysOf(san).find(isIpKey) ?? null
}

const NO_OTHERS: readonly AddressKey[] = []

/** All addresses that the SAN makes the certificate valid for. */
export function keysOf({ key, also }: San): readonly AddressKey[] {
  return also.length === 0 ? [key] : [key, ...also]
}

/**
 * The first label of a DNS SAN if it is not the node name's own: `worker-2` of
 * `worker-2.example.com` for node `worker-1`. Null for any other SAN.
 */
export function strayLabel({ kind, key }: San, nodeName: string): string | null {
  const label = kind === 'DNS' ? firstLabel(key.slice('DNS:'.length)) : null
  return label === firstLabel(nodeName) ? null : label
}

/** The stray labels of all SANs. */
export function strayLabels({ sans, nodeName }: Pick<Claim, 'sans' | 'nodeName'>): Set<string> {
  const labels = new Set<string>()
  if (nodeName === null) return labels
  for (const san of sans) {
    const label = strayLabel(san, nodeName)
    if (label !== null) labels.add(label)
  }
  return labels
}

export function readClaim(csr: Csr, reading: RequestReading, issuing: Issuing): Claim {
  const { x509cr } = reading
  const commonNames = x509cr?.subject.commonNames ?? []
  const [commonName] = commonNames
  // An unfaithful request does not say which machine it is for.
  const only = reading.faithful && commonNames.length === 1 ? commonName : undefined
  const subjectNode = only === undefined ? null : nodeNameOf(only)
  return {
    csr,
    versions: [csr.resourceVersion],
    reading,
    ...issuing,
    kind: kindOf(csr, only),
    createdAt: milliseconds(csr.createdAt) ?? 0,
    nodeName: isKubeletSigner(csr.signerName) ? subjectNode : null,
    subjectNode,
    names: commonNames.map((name) => {
      const bare = withoutPrefix(name)
      return { name: bare, skeleton: skeleton(bare) }
    }),
    sans: trimmed(
      x509cr === null ? [] : [...dnsSans(x509cr.dnsNames), ...ipSans(x509cr.ipAddresses)],
    ),
    memo: emptyMemo(),
  }
}

/** Orders claims: newest first, then by name. */
export function newestFirst(a: Claim, b: Claim): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return compareTexts(a.csr.name, b.csr.name)
}

function withoutPrefix(commonName: string): string {
  return commonName.startsWith(NODE_USER_PREFIX)
    ? commonName.slice(NODE_USER_PREFIX.length)
    : commonName
}

function kindOf(csr: Csr, commonName: string | undefined): RequestKind {
  if (csr.signerName === KUBELET_SERVING) return 'kubeletServing'
  if (csr.signerName !== KUBE_APISERVER_CLIENT_KUBELET) return 'other'
  const { username, groups } = csr.requestor
  const itself = username === commonName && groups.includes(NODE_GROUP)
  return itself && nodeNameOf(username) !== null ? 'selfNodeClient' : 'nodeBootstrapper'
}

function dnsSans(names: readonly string[]): San[] {
  return names.map((value) => {
    const spelt = ipKey(canonicalDns(value))
    const also = spelt === null ? NO_OTHERS : [spelt, ...insideOf(spelt)]
    return { kind: 'DNS', value, key: dnsKey(value), also }
  })
}

function ipSans(addresses: readonly string[]): San[] {
  return addresses.map((value) => {
    const key = ipKey(value) ?? `IP:${value}`
    return { kind: 'IP', value, key, also: insideOf(key) }
  })
}

/** Keys of the IPv4 addresses inside an IPv6 one. */
function insideOf(key: AddressKey): readonly AddressKey[] {
  const inside = embeddedIpv4(key.slice('IP:'.length))
  return inside.length === 0 ? NO_OTHERS : inside.map((ip) => `IP:${ip}`)
}

/** The time of the request's approval, in milliseconds; null if it was not approved. */
export function approvedAt({ csr }: Claim): number | null {
  return milliseconds(condition(csr, APPROVED)?.lastUpdateTime ?? null)
}
