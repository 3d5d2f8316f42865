import { dnsKey, ipKey } from '#lib/csr/addresses/addresses.ts'
import type { Evidence, LiveCertificate } from '#lib/csr/kubelets/evidence.ts'
import type { Node, NodeAddress } from '#lib/csr/model.ts'
import { LONGEST_DNS_NAME } from '#lib/csr/name-syntax.ts'
import { INTERNAL_IP, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import type { IssuedCertificate } from '#lib/csr/reading/certificate.ts'
import { cutText } from '#lib/csr/reading/cut-text.ts'

/** Kinds of what a kubelet presents on its port. */
export const PRESENTED = [
  /** A valid certificate by the cluster's CA. */
  'cluster',
  /** A certificate by the cluster's CA that has ended, or does not count yet. */
  'ended',
  /** TLS without a certificate: the kubelet waits for its first one. */
  'none',
  'selfSigned',
  'unknownCa',
  /** No answer that tells: silent, barred by the rules, no TLS, unreadable, or no CA is known. */
  'noAnswer',
] as const
export type Presented = (typeof PRESENTED)[number]

/** One kubelet's answer, compared with its Node. */
export interface KubeletFinding {
  readonly nodeUid: string
  /** RFC 3339, UTC. */
  readonly askedAt: string
  readonly presents: Presented
  readonly outcome: LiveCertificate['outcome']
  /** Source of the CA that it was verified by; null without one. */
  readonly ca: string | null
  /** Common name of the issuer, else its organizations; '' without a readable certificate. */
  readonly issuer: string
  /** When the certificate ends; null without a readable certificate. */
  readonly notAfter: string | null
  /** The certificate's names; null without a readable certificate. */
  readonly names: KubeletNames | null
}

/** A certificate's names beside the Node's: at most `MOST_NAMES` of each list. */
export interface KubeletNames {
  readonly commonName: string
  /** Whether the common name is the only one, and `system:node:<name>`. */
  readonly isNodes: boolean
  /** Addresses of the Node that the certificate lacks, InternalIPs first. */
  readonly missing: readonly string[]
  /** Names and addresses that the Node does not have. */
  readonly foreign: readonly string[]
  /** Whether an InternalIP is missing: metrics-server would refuse the certificate. */
  readonly lacksInternalIp: boolean
}

const MOST_NAMES = 5

const KINDS: Readonly<Partial<Record<LiveCertificate['outcome'], Presented>>> = {
  presented: 'cluster',
  expired: 'ended',
  notYetValid: 'ended',
  noCertificate: 'none',
  selfSigned: 'selfSigned',
  unknownCa: 'unknownCa',
}

export type AskedNode = Pick<Node, 'uid' | 'name' | 'addresses'>

/** The bounded finding of one answer. `askedAt`: milliseconds since the epoch. */
export function kubeletFinding(
  { live, ca }: Pick<Evidence, 'live' | 'ca'>,
  askedAt: number,
  node: AskedNode,
): KubeletFinding {
  const certificate = live.outcome === 'presented' ? live.certificate : live.unverified
  const issuer = certificate?.issuer
  return {
    nodeUid: node.uid,
    askedAt: new Date(askedAt).toISOString(),
    presents: presentedBy(live),
    outcome: live.outcome,
    ca,
    issuer: short(issuer?.commonNames.at(-1) ?? issuer?.organizations.join(', ') ?? ''),
    notAfter: certificate?.notAfter ?? null,
    names: certificate === undefined ? null : namesOf(certificate, node),
  }
}

function presentedBy(live: LiveCertificate): Presented {
  if (live.outcome === 'unknownCa' && isKubeletsOwn(live.unverified)) return 'selfSigned'
  return KINDS[live.outcome] ?? 'noAnswer'
}

/**
 * Whether the kubelet made the certificate itself: it is `<host>@<unix time>`, by `<host>-ca@<unix
 * time>` (client-go `util/cert/cert.go`, `GenerateSelfSignedCertKey`). A key is made between the two,
 * so their times differ. By names alone, as nothing of it is verified.
 */
function isKubeletsOwn(certificate: IssuedCertificate | undefined): boolean {
  const { subject, issuer } = certificate ?? {}
  const [, host] = /^(.+)@\d+$/.exec(subject?.commonNames[0] ?? '') ?? []
  const [, maker] = /^(.+)-ca@\d+$/.exec(issuer?.commonNames[0] ?? '') ?? []
  return host !== undefined && host === maker
}

function namesOf(
  { subject, dnsNames, ipAddresses, emailAddresses, uris, otherNames }: IssuedCertificate,
  { name, addresses }: AskedNode,
): KubeletNames {
  const own = new Map([[dnsKey(name), name]])
  // InternalIPs first: they are what the API server and metrics-server dial.
  const inOrder = [
    ...addresses.filter(({ type }) => type === INTERNAL_IP),
    ...addresses.filter(({ type }) => type !== INTERNAL_IP),
  ]
  const expected = new Map<string, NodeAddress>()
  for (const each of inOrder) {
    const key = keyOf(each.address)
    own.set(key, each.address)
    if (!expected.has(key)) expected.set(key, each)
  }
  const presented = new Map([...dnsNames, ...ipAddresses].map((san) => [keyOf(san), san]))
  const missing = [...expected].filter(([key]) => !presented.has(key)).map(([, each]) => each)
  const foreign = [...presented].filter(([key]) => !own.has(key)).map(([, san]) => san)
  const { commonNames } = subject
  return {
    commonName: short(commonNames.join(', ')),
    isNodes: commonNames.length === 1 && commonNames[0] === NODE_USER_PREFIX + name,
    missing: few(missing.map(({ address }) => address)),
    foreign: few([...foreign, ...emailAddresses, ...uris, ...otherNames]),
    lacksInternalIp: missing.some(({ type }) => type === INTERNAL_IP),
  }
}

function keyOf(address: string): string {
  return ipKey(address) ?? dnsKey(address)
}

function few(names: readonly string[]): readonly string[] {
  return names.slice(0, MOST_NAMES).map(short)
}

function short(text: string): string {
  return cutText(text, LONGEST_DNS_NAME)
}

/** Whether the certificate has exactly the names of its Node. */
export function areAsExpected({ isNodes, missing, foreign }: KubeletNames): boolean {
  return isNodes && missing.length + foreign.length === 0
}

/**
 * Whether the node keeps metrics-server from dropping `--kubelet-insecure-tls`: it does not present
 * a valid certificate of the cluster, of its own name and for its InternalIPs. A node that was not
 * asked counts too.
 */
export function isLeft(finding: KubeletFinding | null): boolean {
  if (finding?.presents !== 'cluster' || finding.names === null) return true
  return !finding.names.isNodes || finding.names.lacksInternalIp
}

/** The means to verify kubelets: counts of nodes, and the source of the CA. */
export interface Verified {
  /** Nodes that could not be judged because no CA is known. */
  readonly withoutCa: number
  readonly ca: string | null
  readonly presents: Readonly<Record<Presented, number>>
}

/**
 * Whether the right to read the kubelets' CA may be missing: no CA is known, or another source's
 * verifies none of them. `source`: `namespace/name` of the ConfigMap that has it.
 */
export function mayLackCa({ withoutCa, ca, presents }: Verified, source: string): boolean {
  if (withoutCa > 0) return true
  return ca !== source && presents.unknownCa > 0 && presents.cluster + presents.ended === 0
}
