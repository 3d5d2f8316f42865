import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { cause } from '#lib/csr/cause.ts'
import {
  type ServerNames,
  UNREAD_SERVER_NAMES,
  watchServerNames,
} from '#lib/kube/reads/server-names.ts'
import { type ClusterClock, createClusterClock } from '#lib/kube/transport/cluster-clock.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'

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

export type Headers = Readonly<Record<string, string | string[]>>

/** Proof of an identity: headers or a client certificate. */
export interface Credential {
  readonly headers: Headers
  /** PEM. Null with a bearer token: the API server might otherwise authenticate the certificate. */
  readonly certificate: { readonly cert: string; readonly key: string } | null
}

export interface CredentialSource {
  /**
   * Called before every call, so it caches. `renew`: the API server refused the last credential.
   * Rejects with a KubeError `noCredential`; never returns another identity's credential.
   */
  credential(how: { readonly renew: boolean }): Promise<Credential>
  /** Forgets a recent failure. */
  retryNow?(): void
}

/** An identity ready to send (transport.ts). The same object while the credential is the same. */
export interface Connection {
  readonly dispatcher: Dispatcher
  readonly endpoint: Endpoint
  readonly headers: Headers
}

/**
 * The caller's identity, first argument of every call and without default. Its state is in the
 * object, as a Next server loads this module twice.
 */
export interface Identity {
  /** For display only; actor.ts knows the effective name. */
  readonly name: string
  readonly server: string
  /** Clock of its API server, learned from answers. */
  readonly clock: ClusterClock
  /** Names in its API server's certificates. */
  readonly serverNames: ServerNames
  readonly connect: (how: { readonly renew: boolean }) => Promise<Connection>
  /** Retries now, at a person's request, even a credential that just failed. */
  readonly retryNow: () => void
  readonly close: () => Promise<void>
}

declare const acting: unique symbol

/**
 * An identity that writes are made with. The identity that a server reads with is none: it cannot be
 * passed where this type is wanted.
 */
export type ActingIdentity = Identity & { readonly [acting]: 'writes' }

/** For a program that writes as itself, such as the automatic approver, and for a kubeconfig's user. */
export function actsAsItself(identity: Identity): ActingIdentity {
  return identity as ActingIdentity
}

export interface IdentityFacts extends CredentialSource {
  readonly name: string
  readonly endpoint: Endpoint
  /** One of a team's people: closes idle connections soon, and reads no names of the server. */
  readonly isOneOfMany?: boolean
}

interface Shown {
  readonly shown: Credential
  readonly ca: string | null
  readonly connection: Connection
}

/** Room for a watch of each resource, all pages' checks and a bulk at full width. */
const CONNECTIONS = 64
/** The API server closes idle connections after 90 s, load balancers usually after 60 s. */
const KEEP_IDLE_MS = 30_000
/** A person's rights are asked for in a row, and then for longer than the above not at all. */
const KEEP_IDLE_OF_MANY_MS = 1_000
const CONNECT_TIMEOUT_MS = 10_000
/** With the system's probes, one a second, a dead peer is noticed within 30 s. */
const TCP_KEEPALIVE_MS = 20_000

export function createIdentity(facts: IdentityFacts): Identity {
  const { name, endpoint, credential, isOneOfMany = false } = facts
  const idleMs = isOneOfMany ? KEEP_IDLE_OF_MANY_MS : KEEP_IDLE_MS
  let pool: { readonly dispatcher: Dispatcher; readonly proof: string } | null = null
  let current: Shown | null = null
  let closed = false
  const serverNames = isOneOfMany ? UNREAD_SERVER_NAMES : watchServerNames(endpoint.origin)

  /**
   * A TLS connection is bound to its client certificate and CA: changing either needs a new pool.
   */
  function poolFor(certificate: Credential['certificate'], ca: string | null): Dispatcher {
    const proof = [ca, certificate?.cert, certificate?.key].join('\n')
    if (pool?.proof === proof) return pool.dispatcher
    const outdated = pool?.dispatcher
    pool = { dispatcher: createDispatcher(endpoint, certificate, ca, idleMs), proof }
    // Calls under way finish with their old credential; a second close's rejection carries no news.
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
      current = null
      serverNames.stop()
      await pool?.dispatcher.destroy()
    },
  }
}

function isSame(before: Credential, now: Credential): boolean {
  return before === now || JSON.stringify(before) === JSON.stringify(now)
}

function createDispatcher(
  endpoint: Endpoint,
  certificate: Credential['certificate'],
  ca: string | null,
  idleMs: number,
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
    connections: CONNECTIONS,
    pipelining: 1,
    // HTTP/1.1: one connection a call, so that a stuck watch delays no other call.
    allowH2: false,
    keepAliveTimeout: idleMs,
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

/** The context without a client certificate that was made last: it is the same for all people. */
let plain: { readonly ca: string | null; readonly context: SecureContext } | null = null

/** One context for all connections of a pool: parsing the public roots takes 14 ms. */
function context(ca: string | null, certificate: Credential['certificate']): SecureContext {
  if (certificate === null && plain?.ca === ca) return plain.context
  const made = createSecureContext({ ca: ca ?? publicRoots(), ...certificate })
  if (certificate === null) plain = { ca, context: made }
  return made
}

/** Without a CA in the kubeconfig, kubectl trusts the machine's roots; Node alone would not. */
function publicRoots(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
}
