import type { Socket } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import { Agent, ProxyAgent, poolsThatTell } from '#lib/kube/transport/http-agents.ts'
import { CONNECT_TIMEOUT_MS } from '#lib/kube/transport/network-error.ts'

/** Address of the API server and how its certificate is verified; no credential. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string
  /** Path prefix of all calls, usually ''. */
  readonly prefix: string
  /** PEM, current as in its file; null for the system's roots. */
  readonly ca: string | null
  /** Expected name in the certificate, if not the host. */
  readonly servername: string | null
  /** True only if the kubeconfig itself says so. */
  readonly insecure: boolean
  /** HTTP proxy of the connection. */
  readonly proxy: string | null
}

/** PEM texts. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
}

/** Connections to one API server. */
export interface Connections {
  /** Connections that present this client certificate, or none. */
  presenting(certificate: ClientCertificate | null): Dispatcher
  close(): Promise<void>
}

/** Room for a watch of each resource, all pages' checks and a bulk at full width. */
export const CONNECTIONS = 64
/** The API server closes idle connections after 90 s, load balancers usually after 60 s. */
const KEEP_IDLE_MS = 30_000
/** With the system's probes, one a second, a dead peer is noticed within 30 s. */
const TCP_KEEPALIVE_MS = 20_000

/**
 * `most`: connections at the same time; null where callers bound their calls. `onConnected` hears of
 * each connection to the API server, before any byte of a call.
 */
export function createConnections(
  endpoint: Endpoint,
  most: number | null,
  onConnected: (socket: Socket) => void = () => {},
): Connections {
  let pool: { readonly dispatcher: Dispatcher; readonly proof: string } | null = null
  return {
    /** A TLS connection is bound to its client certificate and CA: changing either needs a new pool. */
    presenting(certificate) {
      const { ca } = endpoint
      const proof = [ca, certificate?.cert, certificate?.key].join('\n')
      if (pool?.proof === proof) return pool.dispatcher
      const outdated = pool?.dispatcher
      pool = { dispatcher: createDispatcher(endpoint, certificate, ca, most, onConnected), proof }
      // Calls under way finish with their old credential; a second close's rejection carries no news.
      outdated?.close().catch(() => {})
      return pool.dispatcher
    },
    async close() {
      await pool?.dispatcher.destroy()
    },
  }
}

function createDispatcher(
  endpoint: Endpoint,
  certificate: ClientCertificate | null,
  ca: string | null,
  connections: number | null,
  onConnected: (socket: Socket) => void,
): Dispatcher {
  const tls = {
    ...(endpoint.origin.startsWith('https:') ? { secureContext: context(ca, certificate) } : {}),
    ...(endpoint.servername === null ? {} : { servername: endpoint.servername }),
    // A resumed TLS session presents no certificate, so a new one would be missed
    // (server-names.ts).
    maxCachedSessions: 0,
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot disable verification.
    rejectUnauthorized: !endpoint.insecure,
  }
  const pool = {
    factory: poolsThatTell(onConnected),
    connections,
    pipelining: 1,
    // HTTP/1.1: one connection a call, so that a stuck watch delays no other call.
    allowH2: false,
    keepAliveTimeout: KEEP_IDLE_MS,
    // Calls have their own deadline; a watch is silent while nothing changes.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  if (endpoint.proxy !== null) {
    return new ProxyAgent({
      ...pool,
      uri: endpoint.proxy,
      requestTls: { ...tls, timeout: CONNECT_TIMEOUT_MS },
      proxyTls: { timeout: CONNECT_TIMEOUT_MS },
    })
  }
  return new Agent({
    ...pool,
    connect: {
      ...tls,
      timeout: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEPALIVE_MS,
    },
  })
}

/** One context for all connections of a pool: parsing the public roots takes 14 ms. */
function context(ca: string | null, certificate: ClientCertificate | null): SecureContext {
  return createSecureContext({ ca: ca ?? publicRoots(), ...certificate })
}

/** Without a CA in the kubeconfig, kubectl trusts the machine's roots; Node alone would not. */
function publicRoots(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}
