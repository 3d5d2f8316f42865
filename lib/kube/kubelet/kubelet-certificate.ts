import { X509Certificate } from 'node:crypto'
import { createConnection, isIP } from 'node:net'
import { Duplex } from 'node:stream'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { type KubeletPlace, type LiveCertificate, worstAnswer } from '#lib/csr/kubelets/evidence.ts'
import type { LiveTrouble } from '#lib/csr/live-troubles.ts'
import { readIssued } from '#lib/csr/reading/certificate.ts'
import { tunnel } from '#lib/kube/transport/tunnel.ts'

/** Time for all addresses of one Node together. */
export const DIAL_MS = 5_000
/**
 * Time for which a dial counts as one of those at a time: a kubelet answers within milliseconds, and a
 * silent one must not hold up others for its `DIAL_MS`.
 */
export const DIAL_COUNTS_MS = 1_000

/**
 * Most bytes read from a kubelet, which sends 3 to 5 KiB. OpenSSL verifies every presented
 * certificate: the costliest take 7 ms a KiB, and OpenSSL alone would read 100 KiB.
 */
const MOST_BYTES = 12 * 1024

/** The kubelet to ask, and its addresses. */
export type Kubelet = Pick<KubeletPlace, 'addresses' | 'port'> & { readonly nodeName: string }

/** OpenSSL's complaints about a certificate by our CA; it reports only the last one. */
const AGAINST_OURS: Readonly<Record<string, LiveTrouble>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'notYetValid',
  // Not a serving certificate.
  INVALID_PURPOSE: 'unreadable',
}

/** Alert of a kubelet without a certificate: Go's tls sends "internal error". */
const NO_CERTIFICATE = /ALERT_INTERNAL_ERROR/

/**
 * The certificate on a kubelet's port, by TLS handshakes without a server name at every address (a
 * Node may list another's). Never rejects. `presented`: verified by `ca` (PEM, one certificate
 * each).
 */
export async function dialKubelet(
  { nodeName, addresses, port }: Kubelet,
  ca: readonly string[],
  signal: AbortSignal,
  {
    timeoutMs = DIAL_MS,
    proxy = null,
  }: {
    /** Time for all addresses together; default `DIAL_MS`. */
    readonly timeoutMs?: number
    /** An HTTP proxy for every connection. */
    readonly proxy?: URL | null
  } = {},
): Promise<LiveCertificate> {
  const ips = addresses.filter((address) => isIP(address) !== 0)
  const end = performance.now() + timeoutMs
  const answers: LiveCertificate[] = []
  for (const [index, host] of ips.entries()) {
    // An equal share of the remaining time: a dead address must not use up the others'.
    const share = (end - performance.now()) / (ips.length - index)
    answers.push(await dial({ host, port, ca, signal, timeoutMs: share, proxy }))
  }
  return worstAnswer(answers, nodeName)
}

/** `dialKubelet` with the setting's proxy. */
export function dialBy(
  live: { readonly on: false } | { readonly on: true; readonly proxy: URL | null },
): typeof dialKubelet {
  const proxy = live.on ? live.proxy : null
  return (kubelet, ca, signal) => dialKubelet(kubelet, ca, signal, { proxy })
}

interface Dial {
  readonly host: string
  readonly port: number
  readonly ca: readonly string[]
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly proxy: URL | null
}

async function dial({ proxy, ...to }: Dial): Promise<LiveCertificate> {
  if (proxy === null) return shakeHands(to, null)
  const end = performance.now() + to.timeoutMs
  const signal = AbortSignal.any([
    to.signal,
    AbortSignal.timeout(Math.max(0, Math.ceil(to.timeoutMs))),
  ])
  const through = await tunnel(proxy, to, signal).catch(() => null)
  if (through === null) return { outcome: 'unreachable' }
  return shakeHands({ ...to, timeoutMs: end - performance.now() }, through)
}

/** Shakes hands over that connection, or over a new one. */
function shakeHands(
  { host, port, ca, signal, timeoutMs }: Omit<Dial, 'proxy'>,
  through: Duplex | null,
): Promise<LiveCertificate> {
  return new Promise((resolve) => {
    if (signal.aborted || timeoutMs <= 0) {
      through?.destroy()
      resolve({ outcome: 'unreachable' })
      return
    }
    const connection = through ?? createConnection({ host, port })
    const socket = connect({
      socket: bounded(connection),
      secureContext: trusting(ca),
      // Only to read the certificate at all; trust comes from `authorized` alone.
      rejectUnauthorized: false,
      // The certificate's names are compared with the request, not with an address.
      checkServerIdentity: () => undefined,
    })
    let connected: 'no' | 'yes' | 'secure' = through === null ? 'no' : 'yes'
    const finish = (answer: LiveCertificate) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      // A finished handshake is closed properly, to avoid an error in the kubelet's log.
      if (connected === 'secure') socket.destroySoon()
      else socket.destroy()
      resolve(answer)
    }
    const giveUp = () => finish({ outcome: 'unreachable' })
    const timer = setTimeout(giveUp, timeoutMs)
    signal.addEventListener('abort', giveUp, { once: true })
    connection.once('connect', () => {
      connected = 'yes'
    })
    socket.once('secureConnect', () => {
      connected = 'secure'
      finish(presentedBy(socket, host, ca))
    })
    // Not removed: a socket that is being destroyed may still emit errors.
    socket.on('error', (error) => {
      finish(connected === 'no' ? { outcome: 'unreachable' } : refusal(error))
    })
    socket.once('close', () => finish({ outcome: connected === 'no' ? 'unreachable' : 'notTls' }))
  })
}

/** The connection, which fails after `MOST_BYTES`. */
function bounded(connection: Duplex): Duplex {
  let bytesLeft = MOST_BYTES
  const wire = new Duplex({
    read() {},
    write: (bytes, _, done) => void connection.write(bytes, done),
    final: (done) => void connection.end(done),
    destroy(error, done) {
      connection.destroy()
      done(error)
    },
  })
  connection.on('data', (bytes: Buffer) => {
    bytesLeft -= bytes.length
    if (bytesLeft < 0) wire.destroy(new Error('The kubelet sends too much.'))
    else wire.push(bytes)
  })
  connection.once('end', () => wire.push(null))
  connection.on('error', (error) => wire.destroy(error))
  connection.once('close', () => wire.destroy())
  return wire
}

/**
 * Key exchanges without OpenSSL's default first one, ML-KEM: it takes a fifth of a dial, and nothing
 * secret is sent.
 */
const GROUPS = 'X25519:P-256:P-384:P-521'

/** Keyed by the CA's list, which is the same object until it changes. */
const contexts = new WeakMap<readonly string[], SecureContext>()

/** One context for a whole rack: creating it takes as long as the rest of a dial. */
function trusting(ca: readonly string[]): SecureContext {
  const known = contexts.get(ca)
  if (known !== undefined) return known
  const context = createSecureContext({ ca: [...ca], minVersion: 'TLSv1.2', ecdhCurve: GROUPS })
  contexts.set(ca, context)
  return context
}

function presentedBy(socket: TLSSocket, address: string, ca: readonly string[]): LiveCertificate {
  const presented = socket.getPeerX509Certificate()
  if (presented === undefined) return { outcome: 'unreadable' }
  const read = readIssued(Buffer.from(presented.toString()).toString('base64'))
  const certificate = read === null || read.problems.length > 0 ? null : read
  if (!socket.authorized) {
    // Node's types say Error, but this is OpenSSL's error name.
    const outcome = troubleWith(presented, String(socket.authorizationError), ca)
    return certificate === null ? { outcome } : { outcome, unverified: certificate }
  }
  return certificate === null
    ? { outcome: 'unreadable' }
    : { outcome: 'presented', certificate, address }
}

function troubleWith(presented: X509Certificate, why: string, ca: readonly string[]): LiveTrouble {
  if (ca.some((pem) => isBy(presented, new X509Certificate(pem)))) {
    return Object.hasOwn(AGAINST_OURS, why) ? (AGAINST_OURS[why] ?? 'unknownCa') : 'unknownCa'
  }
  return isBy(presented, presented) ? 'selfSigned' : 'unknownCa'
}

function isBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.issuer === issuer.subject && certificate.verify(issuer.publicKey)
  } catch {
    // OpenSSL cannot verify with such a key.
    return false
  }
}

function refusal(error: Error & { readonly code?: string }): LiveCertificate {
  return { outcome: NO_CERTIFICATE.test(error.code ?? '') ? 'noCertificate' : 'notTls' }
}
