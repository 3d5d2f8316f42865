import type { X509Certificate } from 'node:crypto'
import { subscribe as subscribeTo, unsubscribe } from 'node:diagnostics_channel'
import { TLSSocket } from 'node:tls'
import { readIssued } from '#lib/csr/reading/certificate.ts'

/**
 * The DNS names and IP addresses in the certificates that an API server has presented to this
 * process: whoever had one of them in a certificate of the same CA could answer as the API server.
 */
export interface ServerNames {
  /** Null while no certificate was read. Empty where the API server speaks no TLS. */
  current(): readonly string[] | null
  /** Called when there are others. Each call returns its own undo. */
  subscribe(listener: () => void): () => void
  stop(): void
}

/**
 * API servers behind one address have a certificate each, and a renewed one comes beside the last:
 * the names of so many count, those that were presented last.
 */
const MOST_CERTIFICATES = 16

/** What undici tells of each connection, through a proxy or not, before anything is sent on it. */
const CONNECTED = 'undici:client:connected'

/** `origin`: scheme, host and port, as of a URL. */
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
