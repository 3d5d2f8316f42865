import { canonicalIp, ipInPrefix } from '#lib/csr/addresses/ip.ts'
import { embeddedIpv4, type IpKind, ipKind } from '#lib/csr/addresses/ip-ranges.ts'
import type { LiveTrouble } from '#lib/csr/live-troubles.ts'
import type { Node } from '#lib/csr/model.ts'
import { nodeNameOf } from '#lib/csr/name-syntax.ts'
import { INTERNAL_IP, KUBELET_PORT, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import type { IssuedCertificate } from '#lib/csr/reading/certificate.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'

/**
 * The certificate that the kubelet's port presents. Only `presented` was verified against our CA.
 */
export type LiveCertificate =
  | {
      readonly outcome: 'presented'
      readonly certificate: IssuedCertificate
      /** The canonical address that presented it. */
      readonly address: string
    }
  | {
      readonly outcome: LiveTrouble
      /** The certificate that was not verified: pages show it, no check reads it. */
      readonly unverified?: IssuedCertificate
    }

/** A kubelet's answer and the place that was asked: facts from outside the API's objects. */
export interface Evidence {
  readonly where: KubeletPlace
  /** When the kubelet was asked, in milliseconds since the epoch. */
  readonly askedAt: number
  /** Whether the kubelet was asked only because a page showed its Node. */
  readonly inView?: boolean
  /** The source of the CA used for verification; null without a CA. */
  readonly ca: string | null
  readonly live: LiveCertificate
}

/** Limits on where kubelets are asked, whatever a Node's status says. */
export interface KubeletRules {
  /** The only ports that a Node may name. */
  readonly ports: readonly number[]
  /** CIDR prefixes from settings: ask nodes there although labs or NAT use that range. */
  readonly networks: readonly string[]
  /** CIDR prefixes of Services: no kubelet listens there. */
  readonly serviceNetworks: readonly string[]
}

export const DEFAULT_KUBELET_RULES: KubeletRules = {
  ports: [KUBELET_PORT],
  networks: [],
  serviceNetworks: [],
}

/** A kubelet's addresses and port, from one version of the Node. */
export interface KubeletPlace {
  readonly nodeUid: string
  /** Canonical addresses to ask, in the order of the Node's status. */
  readonly addresses: readonly string[]
  readonly port: number
  /** Why there are no addresses to ask; null if there are. */
  readonly barred: 'noAddress' | 'otherPort' | 'barredAddress' | null
}

/** Milliseconds until evidence expires. */
export const EVIDENCE_LASTS = 2 * MINUTE_MS

/** Milliseconds that the API server's clock may be ahead of ours. */
const SKEW = 2_000

/**
 * Whether the evidence answers a request of that time (milliseconds since the epoch). Asked for one
 * request, it serves the next ones; asked for a page, no later one: viewing changes no decision.
 */
export function isAnswerTo(
  requestedAt: number,
  { askedAt, inView = false }: Pick<Evidence, 'askedAt' | 'inView'>,
): boolean {
  return !inView || askedAt >= requestedAt - SKEW
}

/** A dual-stack node has two addresses; a Node that lists hundreds is not trusted. */
const MOST_ADDRESSES = 4

/**
 * Addresses at which the rules allow asking the Node's kubelet: InternalIPs that a machine can have.
 * A Node that lists port 22, loopback, a metadata service or a Service points elsewhere.
 */
export function kubeletPlace(
  { uid, addresses, kubeletPort }: Pick<Node, 'uid' | 'addresses' | 'kubeletPort'>,
  rules: KubeletRules = DEFAULT_KUBELET_RULES,
): KubeletPlace {
  const ips = new Set<string>()
  for (const { type, address } of addresses) {
    const ip = type === INTERNAL_IP ? canonicalIp(address) : null
    if (ip !== null) ips.add(ip)
  }
  const place = { nodeUid: uid, addresses: NOWHERE, port: kubeletPort }
  if (ips.size === 0) return { ...place, barred: 'noAddress' }
  if (!rules.ports.includes(kubeletPort)) return { ...place, barred: 'otherPort' }
  const asked = [...ips].filter((ip) => mayAsk(ip, rules)).slice(0, MOST_ADDRESSES)
  if (asked.length === 0) return { ...place, barred: 'barredAddress' }
  return { ...place, addresses: asked, barred: null }
}

const NOWHERE: readonly string[] = []

/** Ranges where kubelets are asked: always, or only in networks that settings name. No others. */
const ASKED: Readonly<Partial<Record<IpKind, 'always' | 'ifNamed'>>> = {
  private: 'always',
  global: 'always',
  shared: 'ifNamed',
  benchmarking: 'ifNamed',
}

/**
 * `ip` is canonical. An address that embeds another is never asked: a gateway would connect to that
 * one.
 */
function mayAsk(ip: string, { networks, serviceNetworks }: KubeletRules): boolean {
  const kind = ipKind(ip)
  const rule = kind === null ? undefined : ASKED[kind]
  if (rule === undefined || embeddedIpv4(ip).length > 0) return false
  if (rule === 'ifNamed' && !networks.some((prefix) => ipInPrefix(ip, prefix))) return false
  return !serviceNetworks.some((prefix) => ipInPrefix(ip, prefix))
}

/** Whether there is an address to ask. */
export function isAskable({ barred }: Pick<KubeletPlace, 'barred'>): boolean {
  return barred === null
}

export function isSamePlace(one: KubeletPlace, other: KubeletPlace): boolean {
  return (
    one.nodeUid === other.nodeUid &&
    one.port === other.port &&
    one.barred === other.barred &&
    one.addresses.join() === other.addresses.join()
  )
}

/**
 * Combines the answers of one Node's addresses: the worst one counts. Only silence is harmless
 * beside the node's own certificate; any other answer is not its kubelet's.
 */
export function worstAnswer(
  answers: readonly LiveCertificate[],
  nodeName: string,
): LiveCertificate {
  const worst = Math.max(...answers.map((answer) => badness(answer, nodeName)))
  return answers.find((each) => badness(each, nodeName) === worst) ?? { outcome: 'noAddress' }
}

function badness(live: LiveCertificate, nodeName: string): number {
  if (live.outcome === 'unreachable') return 0
  if (live.outcome !== 'presented') return 2
  if (isItsOwn(live.certificate, nodeName)) return 1
  return anothersNameIn(live.certificate, nodeName) === null ? 3 : 4
}

/** Certificates of an unknown issuer: another cluster's kubelet, or no kubelet. */
const STRANGE: readonly LiveCertificate['outcome'][] = ['selfSigned', 'unknownCa']

/** Whether the port presents a certificate that is not this node's. */
export function isSomebodyElses(live: LiveCertificate, nodeName: string): boolean {
  if (live.outcome === 'presented') return !isItsOwn(live.certificate, nodeName)
  return STRANGE.includes(live.outcome)
}

/** Whether the certificate names exactly this node. */
export function isItsOwn({ subject }: IssuedCertificate, nodeName: string): boolean {
  const [commonName] = subject.commonNames
  return subject.commonNames.length === 1 && commonName === NODE_USER_PREFIX + nodeName
}

/** The first common name that is another node's; null for none. */
export function anothersNameIn({ subject }: IssuedCertificate, nodeName: string): string | null {
  const isAnothers = (name: string) => ![null, nodeName].includes(nodeNameOf(name))
  return subject.commonNames.find(isAnothers) ?? null
}

/** When the evidence expires, in milliseconds since the epoch. */
export function evidenceEnds({ askedAt }: Evidence): number {
  return askedAt + EVIDENCE_LASTS
}

/**
 * Whether the kubelet answered without a valid certificate: then the API server refuses to
 * connect, and `exec`, `logs` and metrics fail.
 */
export function presentsNone(evidence: Evidence | null): boolean {
  const outcome = evidence?.live.outcome
  return outcome === 'noCertificate' || outcome === 'expired'
}

/** When the node's own presented certificate expires; null when it presents none. */
export function presentedUntil(evidence: Evidence | null, nodeName: string): number | null {
  if (evidence?.live.outcome !== 'presented') return null
  const { certificate } = evidence.live
  return isItsOwn(certificate, nodeName) ? milliseconds(certificate.notAfter) : null
}
