import { canonicalIp, ipInPrefix } from '#lib/csr/ip.ts'
import { embeddedIpv4, type IpKind, ipKind } from '#lib/csr/ip-ranges.ts'
import type { Node } from '#lib/csr/model.ts'
import { INTERNAL_IP, KUBELET_PORT, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { nodeNameOf } from '#lib/csr/node-name.ts'
import type { IssuedCertificate } from '#lib/csr/reading/certificate.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** What the kubelet's own port presents. Only `presented` has been verified against our CA. */
export type LiveCertificate =
  | {
      readonly outcome: 'presented'
      readonly certificate: IssuedCertificate
      /** Where it was presented, canonical. */
      readonly address: string
    }
  | { readonly outcome: LiveTrouble }

export const LIVE_TROUBLES = [
  /** The Node has no InternalIP. */
  'noAddress',
  /** The Node names a port that is not asked. */
  'otherPort',
  /** Each InternalIP of the Node is one that is never asked. */
  'barredAddress',
  'unreachable',
  'notTls',
  /** TLS, and the alert with which a kubelet says that it has no certificate yet. */
  'noCertificate',
  'selfSigned',
  'unknownCa',
  /** By our CA, and not valid any more. */
  'expired',
  /** By our CA, and by our clock only valid later. */
  'notYetValid',
  /** By our CA, and not to be read strictly. */
  'unreadable',
  /** No CA is known to verify it with. */
  'noCa',
] as const
export type LiveTrouble = (typeof LIVE_TROUBLES)[number]

/** What was learned of a machine outside the API's objects, and of which Node it was asked. */
export interface Evidence {
  readonly where: KubeletPlace
  /** When it was asked, in milliseconds since the epoch. */
  readonly askedAt: number
  /** Whether it was asked because its Node was in view, and no request waited for it. */
  readonly inView?: boolean
  /** Where the CA was read that it was held against; null when there was none to hold it against. */
  readonly ca: string | null
  readonly live: LiveCertificate
}

/** Where kubelets are asked, whatever their Nodes say. */
export interface KubeletRules {
  /** A Node may name one of these ports, and no other. */
  readonly ports: readonly number[]
  /** CIDR prefixes that settings name: nodes there are asked although labs or NAT use that range. */
  readonly networks: readonly string[]
  /** CIDR prefixes of Services: no kubelet is there. */
  readonly serviceNetworks: readonly string[]
}

export const DEFAULT_KUBELET_RULES: KubeletRules = {
  ports: [KUBELET_PORT],
  networks: [],
  serviceNetworks: [],
}

/** A kubelet's port, as the Node said at one time. */
export interface KubeletPlace {
  readonly nodeUid: string
  /** Addresses to ask, canonical, in the order of the Node. */
  readonly addresses: readonly string[]
  readonly port: number
  /** The reason why there are no addresses to ask; null where there are. */
  readonly barred: 'noAddress' | 'otherPort' | 'barredAddress' | null
}

/** What was asked longer ago says nothing about now. */
export const EVIDENCE_LASTS = 2 * 60 * 1000

/** The clock that dates requests may be ahead of ours by so much, milliseconds. */
const SKEW = 2_000

/**
 * Whether it is an answer to a request that was made then, in milliseconds since the epoch. What was
 * asked for one request stands for the next ones; what somebody only looked at, for none that came
 * later: looking changes no decision.
 */
export function isAnswerTo(
  requestedAt: number,
  { askedAt, inView = false }: Pick<Evidence, 'askedAt' | 'inView'>,
): boolean {
  return !inView || askedAt >= requestedAt - SKEW
}

/** A dual-stack node has two; one that lists hundreds wants something else. */
const MOST_ADDRESSES = 4

/**
 * Where a Node says that its kubelet listens, as far as the rules let it be asked. Only InternalIPs,
 * and of those only what a machine can have: a Node that lists port 22, loopback, a metadata service
 * or a Service points at something else.
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

/** Ranges in which a kubelet is asked always, or where settings name its network; in no other one. */
const ASKED: Readonly<Partial<Record<IpKind, 'always' | 'ifNamed'>>> = {
  private: 'always',
  global: 'always',
  shared: 'ifNamed',
  benchmarking: 'ifNamed',
}

/** `ip` is canonical. One that holds another address is never asked: a gateway would connect to that. */
function mayAsk(ip: string, { networks, serviceNetworks }: KubeletRules): boolean {
  const kind = ipKind(ip)
  const rule = kind === null ? undefined : ASKED[kind]
  if (rule === undefined || embeddedIpv4(ip).length > 0) return false
  if (rule === 'ifNamed' && !networks.some((prefix) => ipInPrefix(ip, prefix))) return false
  return !serviceNetworks.some((prefix) => ipInPrefix(ip, prefix))
}

/** Whether there is anywhere to ask it. */
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
 * What the addresses of one Node say together. Beside the node's own certificate others may only be
 * silent: whatever else answers there is not its kubelet, and the worst of that counts.
 */
export function together(answers: readonly LiveCertificate[], nodeName: string): LiveCertificate {
  const worst = Math.max(...answers.map((answer) => badness(answer, nodeName)))
  return answers.find((each) => badness(each, nodeName) === worst) ?? { outcome: 'noAddress' }
}

function badness(live: LiveCertificate, nodeName: string): number {
  if (live.outcome === 'unreachable') return 0
  if (live.outcome !== 'presented') return 2
  if (isItsOwn(live.certificate, nodeName)) return 1
  return anothersNameIn(live.certificate, nodeName) === null ? 3 : 4
}

/** Certificates by nobody whom the cluster knows: of another cluster's kubelet, or of none. */
const STRANGE: readonly LiveCertificate['outcome'][] = ['selfSigned', 'unknownCa']

/** Whether a certificate is presented there that is not this node's. */
export function isSomebodyElses(live: LiveCertificate, nodeName: string): boolean {
  if (live.outcome === 'presented') return !isItsOwn(live.certificate, nodeName)
  return STRANGE.includes(live.outcome)
}

/** Whether exactly this node's name stands in it. */
export function isItsOwn({ subject }: IssuedCertificate, nodeName: string): boolean {
  const [commonName] = subject.commonNames
  return subject.commonNames.length === 1 && commonName === NODE_USER_PREFIX + nodeName
}

/** The first common name in it that is another node's; null when none is. */
export function anothersNameIn({ subject }: IssuedCertificate, nodeName: string): string | null {
  const isAnothers = (name: string) => ![null, nodeName].includes(nodeNameOf(name))
  return subject.commonNames.find(isAnothers) ?? null
}

/** When it stops counting, in milliseconds since the epoch. */
export function evidenceEnds({ askedAt }: Evidence): number {
  return askedAt + EVIDENCE_LASTS
}

/**
 * Whether it was asked and has no certificate that is valid now: the API server turns away from such
 * a kubelet, and with it `exec`, `logs` and metrics.
 */
export function presentsNone(evidence: Evidence | null): boolean {
  const outcome = evidence?.live.outcome
  return outcome === 'noCertificate' || outcome === 'expired'
}

/** When the certificate that the node itself presents ends; null when it presents none. */
export function presentedUntil(evidence: Evidence | null, nodeName: string): number | null {
  if (evidence?.live.outcome !== 'presented') return null
  const { certificate } = evidence.live
  return isItsOwn(certificate, nodeName) ? milliseconds(certificate.notAfter) : null
}
