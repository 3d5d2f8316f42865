import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { cause } from '#lib/csr/cause.ts'
import { type ServerNames, watchServerNames } from '#lib/kube/reads/server-names.ts'
import { type ClusterClock, createClusterClock } from '#lib/kube/transport/cluster-clock.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

/** Where the API server is, and how its certificate is checked. Holds no credential. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string
  /** A path that all calls begin with, '' mostly. */
  readonly prefix: string
  /** PEM, as its file has it when it is asked for; null means the system's roots. */
  readonly ca: string | null
  /** The name to expect in the certificate, when it is not the host's. */
  readonly servername: string | null
  /** Only ever true because a kubeconfig says so itself. */
  readonly insecure: boolean
  /** An HTTP proxy to go through. */
  readonly proxy: string | null
}

export type Headers = Readonly<Record<string, string | readonly string[]>>

/** What proves who is asking. */
export interface Credential {
  readonly headers: Headers
  /** PEM. Null for bearer tokens: the API server might answer as the certificate otherwise. */
  readonly certificate: { readonly cert: string; readonly key: string } | null
}

export interface CredentialSource {
  /**
   * Asked before every call, so it keeps what it may keep. `renew` means that the API server did
   * not accept the last one. Rejects with a KubeError `noCredential`, never answers as another.
   */
  credential(how: { readonly renew: boolean }): Promise<Credential>
  /** Forgets that there was none a moment ago. */
  retryNow?(): void
}

/**
 * Ready to send: what transport.ts needs of an identity. The very same object as long as what proves
 * who is asking is the same.
 */
export interface Connection {
  readonly dispatcher: Dispatcher
  readonly endpoint: Endpoint
  readonly headers: Headers
}

/**
 * On whose behalf the API server is called: the first argument of every call, with no default
 * anywhere. Opaque; made by readKubeconfig or bearerIdentity. Its state travels with the object and
 * not with this module, because a Next server holds the module more than once.
 */
export interface Identity {
  /** For display. The name that counts is what actor.ts is told. */
  readonly name: string
  readonly server: string
  /** That of its API server, as far as its answers have told. */
  readonly clock: ClusterClock
  /** What its API server answers as. */
  readonly serverNames: ServerNames
  readonly connect: (how: { readonly renew: boolean }) => Promise<Connection>
  /** A person asks for another try: for a credential, too, that could not be had a moment ago. */
  readonly retryNow: () => void
  readonly close: () => Promise<void>
}

export interface IdentityFacts extends CredentialSource {
  readonly name: string
  readonly endpoint: Endpoint
}

interface Shown {
  readonly shown: Credential
  readonly ca: string | null
  readonly connection: Connection
}

/** Enough for a watch of each resource, the checks of every page and a bulk at full width. */
const CONNECTIONS = 64
/** The API server closes idle connections after 90 s, load balancers mostly after 60 s. */
const KEEP_IDLE_MS = 30_000
const CONNECT_TIMEOUT_MS = 10_000
/** With the system's probes, one a second, a peer that went silently is noticed within 30 s. */
const TCP_KEEPALIVE_MS = 20_000

export function createIdentity(facts: IdentityFacts): Identity {
  const { name, endpoint, credential } = facts
  let pool: { readonly dispatcher: Dispatcher; readonly proof: string } | null = null
  let current: Shown | null = null
  let closed = false
  const serverNames = watchServerNames(endpoint.origin)

  /** A TLS connection is bound to its client certificate and its CA: another of either needs another pool. */
  function poolFor(certificate: Credential['certificate'], ca: string | null): Dispatcher {
    const proof = [ca, certificate?.cert, certificate?.key].join('\n')
    if (pool?.proof === proof) return pool.dispatcher
    const outdated = pool?.dispatcher
    pool = { dispatcher: createDispatcher(endpoint, certificate, ca), proof }
    // Calls under way end as who they began; the rejection of a second close says nothing new.
    outdated?.close().catch(() => {})
    return pool.dispatcher
  }

  return {
    name,
    server: endpoint.origin + endpoint.prefix,
    clock: createClusterClock(),
    serverNames,
    async connect(how) {
      const shown = await credential(how)
      if (closed) {
        throw new KubeError(cause('connectionClosed'), { kind: 'aborted', sent: false })
      }
      const { ca } = endpoint
      const connection =
        current !== null && current.ca === ca && isSame(current.shown, shown)
          ? current.connection
          : { dispatcher: poolFor(shown.certificate, ca), endpoint, headers: shown.headers }
      current = { shown, ca, connection }
      return connection
    },
    retryNow: () => facts.retryNow?.(),
    async close() {
      closed = true
      serverNames.stop()
      await pool?.dispatcher.destroy()
    },
  }
}

function isSame(before: Credential, now: Credential): boolean {
  return before === now || JSON.stringify(before) === JSON.stringify(now)
}

/** A person's own token on an endpoint: a pool of its own, without client certificate. */
export function bearerIdentity(name: string, endpoint: Endpoint, token: string): Identity {
  if (token === '') {
    throw new KubeError(cause('noToken'), { kind: 'noCredential', sent: false })
  }
  const credential: Credential = {
    headers: { authorization: `Bearer ${token}` },
    certificate: null,
  }
  return createIdentity({ name, endpoint, credential: async () => credential })
}

/** Closes its connections; calls under way fail. Idempotent. */
export async function closeIdentity(identity: Identity): Promise<void> {
  await identity.close()
}

function createDispatcher(
  endpoint: Endpoint,
  certificate: Credential['certificate'],
  ca: string | null,
): Dispatcher {
  const tls = {
    ...(endpoint.origin.startsWith('https:') ? { secureContext: context(ca, certificate) } : {}),
    ...(endpoint.servername === null ? {} : { servername: endpoint.servername }),
    // A resumed session presents no certificate: a new one would go unseen (server-names.ts).
    maxCachedSessions: 0,
    // Said outright, so that NODE_TLS_REJECT_UNAUTHORIZED=0 cannot turn the check off.
    rejectUnauthorized: !endpoint.insecure,
  }
  const pool = {
    connections: CONNECTIONS,
    pipelining: 1,
    // HTTP/1.1: one connection a call, so that a stuck watch holds nothing else up.
    allowH2: false,
    keepAliveTimeout: KEEP_IDLE_MS,
    // Calls bring their own deadline; a watch is silent for as long as nothing happens.
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

/** Once for all connections of a pool: reading the public roots takes 14 ms. */
function context(ca: string | null, certificate: Credential['certificate']): SecureContext {
  return createSecureContext({ ca: ca ?? publicRoots(), ...certificate })
}

/** Without a CA in the kubeconfig kubectl trusts what this machine trusts; Node alone would not. */
function publicRoots(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}
