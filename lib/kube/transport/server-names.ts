import type { X509Certificate } from 'node:crypto'
import { subscribe as subscribeTo, unsubscribe } from 'node:diagnostics_channel'
import { TLSSocket } from 'node:tls'
import { readIssued } from '#lib/csr/reading/certificate.ts'

/**
 * DNS names and IPs of the certificates that the API server has presented: a certificate of the
 * same CA with one of them could impersonate it.
 */
export interface ServerNames {
  /** Null until a certificate was read; empty for an API server without TLS. */
  current(): readonly string[] | null
  /** Called when the names change. Returns its undo. */
  subscribe(listener: () => void): () => void
  stop(): void
}

/**
 * Certificates whose names count, latest first: API servers behind one address have one each, and
 * renewed ones come in addition.
 */
const MOST_CERTIFICATES = 16

/** undici's event for each new connection, proxied or not, before any byte of a request. */
const CONNECTED = 'undici:client:connected'

/** Names that are not read: with many identities each would read every certificate again. */
export const UNREAD_SERVER_NAMES: ServerNames = {
  current: () => null,
  subscribe: () => () => {},
  stop() {},
}

/** `origin`: a URL's scheme, host and port. */
export function watchServerNames(origin: string): ServerNames {
  const listeners = new Set<() => void>()
  const byCertificate = new Map<string, readonly string[]>()
  let current: readonly string[] | null = origin.startsWith('https:') ? null : []

  function connected(message: unknown): void {
    const socket = socketTo(origin, message)
    const certificate = socket?.getPeerX509Certificate()
    if (certificate !== undefined) present(certificate)
  }

  function present(certificate: X509Certificate): void {
    const { fingerprint256 } = certificate
    const names = byCertificate.get(fingerprint256) ?? namesIn(certificate)
    if (names === null) return
    byCertificate.delete(fingerprint256)
    byCertificate.set(fingerprint256, names)
    const [oldest] = byCertificate.keys()
    if (byCertificate.size > MOST_CERTIFICATES && oldest !== undefined) byCertificate.delete(oldest)
    const now = [...new Set([...byCertificate.values()].flat())].sort()
    if (current !== null && now.join(' ') === current.join(' ')) return
    current = now
    for (const listener of [...listeners]) listener()
  }

  subscribeTo(CONNECTED, connected)
  return {
    current: () => current,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => unsubscribe(CONNECTED, connected),
  }
}

/** The socket of a new TLS connection to that origin; null for any other. */
function socketTo(origin: string, message: unknown): TLSSocket | null {
  if (!isRecord(message) || !isRecord(message.connectParams)) return null
  const { protocol, host } = message.connectParams
  if (`${String(protocol)}//${String(host)}` !== origin) return null
  return message.socket instanceof TLSSocket ? message.socket : null
}

function namesIn(certificate: X509Certificate): readonly string[] | null {
  const issued = readIssued(Buffer.from(certificate.toString()).toString('base64'))
  return issued === null ? null : [...issued.dnsNames, ...issued.ipAddresses]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
