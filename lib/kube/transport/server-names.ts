import type { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
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
}

export interface ServerNamesKeeper extends ServerNames {
  /** Takes a new connection to the API server. */
  connected(socket: Socket): void
}

/**
 * Certificates whose names count, latest first: API servers behind one address have one each, and
 * renewed ones come in addition.
 */
const MOST_CERTIFICATES = 16

/** Names that are not read: with many identities each would read every certificate again. */
export const UNREAD_SERVER_NAMES: ServerNamesKeeper = {
  current: () => null,
  subscribe: () => () => {},
  connected() {},
}

/** `hasTls`: whether the API server presents certificates at all. */
export function keepServerNames(hasTls: boolean): ServerNamesKeeper {
  const listeners = new Set<() => void>()
  const byCertificate = new Map<string, readonly string[]>()
  let current: readonly string[] | null = hasTls ? null : []

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

  return {
    current: () => current,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connected(socket) {
      const certificate = socket instanceof TLSSocket && socket.getPeerX509Certificate()
      if (certificate) present(certificate)
    },
  }
}

function namesIn(certificate: X509Certificate): readonly string[] | null {
  const issued = readIssued(Buffer.from(certificate.toString()).toString('base64'))
  return issued === null ? null : [...issued.dnsNames, ...issued.ipAddresses]
}
