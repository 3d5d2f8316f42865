import { ipKey } from '#lib/csr/addresses.ts'
import type { IssuedCertificate } from '#lib/csr/certificate.ts'
import { ipKind } from '#lib/csr/ip-ranges.ts'
import type { Node } from '#lib/csr/model.ts'
import { INTERNAL_IP, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { nodeNameOf } from '#lib/csr/node-name.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** What the kubelet's own port presents. Only `presented` has been verified against our CA. */
export type LiveCertificate =
  | { readonly outcome: 'presented'; readonly certificate: IssuedCertificate }
  | { readonly outcome: LiveTrouble }

export const LIVE_TROUBLES = [
  /** The Node has no InternalIP that is a machine's. */
  'noAddress',
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

/** A kubelet's port, as the Node said at one time. */
export interface KubeletPlace {
  readonly nodeUid: string
  /** Canonical, in the order of the Node. */
  readonly addresses: readonly string[]
  readonly port: number
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
 * Where a Node says that its kubelet listens. Only InternalIPs, and of those only what a machine
 * can have: a Node that lists loopback or a metadata service points at something of ours.
 */
export function kubeletPlace(node: Pick<Node, 'uid' | 'addresses' | 'kubeletPort'>): KubeletPlace {
  const addresses = new Set<string>()
  for (const { type, address } of node.addresses) {
    const kind = type === INTERNAL_IP ? ipKind(address) : null
    const key = kind === 'private' || kind === 'global' ? ipKey(address) : null
    if (key !== null) addresses.add(key.slice('IP:'.length))
  }
  return {
    nodeUid: node.uid,
    addresses: [...addresses].slice(0, MOST_ADDRESSES),
    port: node.kubeletPort,
  }
}

/** Whether there is anywhere to ask it. */
export function isAskable({ addresses }: Pick<KubeletPlace, 'addresses'>): boolean {
  return addresses.length > 0
}

/** Whether that very Node says that it is there now. */
export function isAt(where: KubeletPlace, node: Node | null): boolean {
  return node !== null && isSamePlace(where, kubeletPlace(node))
}

export function isSamePlace(one: KubeletPlace, other: KubeletPlace): boolean {
  return (
    one.nodeUid === other.nodeUid &&
    one.port === other.port &&
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
