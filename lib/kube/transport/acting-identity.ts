import { setMaxListeners } from 'node:events'
import type { Dispatcher } from 'undici'
import { cause } from '#lib/csr/cause.ts'
import { type ClusterClock, createClusterClock } from '#lib/kube/transport/cluster-clock.ts'
import {
  type ClientCertificate,
  CONNECTIONS,
  type Connections,
  createConnections,
  type Endpoint,
} from '#lib/kube/transport/connections.ts'
import { KubeError } from '#lib/kube/transport/errors.ts'
import {
  keepServerNames,
  type ServerNames,
  UNREAD_SERVER_NAMES,
} from '#lib/kube/transport/server-names.ts'

export type Headers = Readonly<Record<string, string | string[]>>

/** Proof of an identity: headers or a client certificate. */
export interface Credential {
  readonly headers: Headers
  /** Null with a bearer token: the API server might otherwise authenticate the certificate. */
  readonly certificate: ClientCertificate | null
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
  /** Aborts when the identity is closed: others may use the dispatcher, too. */
  readonly closed: AbortSignal
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

interface Shown {
  readonly shown: Credential
  readonly ca: string | null
  readonly connection: Connection
}

export function createIdentity(
  facts: CredentialSource & {
    readonly name: string
    readonly endpoint: Endpoint
    /** Connections of a team's people: this identity uses them without a client certificate. */
    readonly shared?: Connections
  },
): Identity {
  const { name, endpoint, credential, shared } = facts
  const server = endpoint.origin + endpoint.prefix
  const serverNames =
    shared === undefined
      ? keepServerNames(endpoint.origin.startsWith('https:'))
      : UNREAD_SERVER_NAMES
  const own = createConnections(endpoint, CONNECTIONS, serverNames.connected)
  const closing = new AbortController()
  const { signal: closed } = closing
  setMaxListeners(0, closed)
  let current: Shown | null = null

  /** A certificate would be every user's proof of identity. */
  function dispatcherFor({ certificate }: Credential): Dispatcher {
    const connections = shared !== undefined && certificate === null ? shared : own
    return connections.presenting(certificate)
  }

  return {
    name,
    server,
    clock: createClusterClock(),
    serverNames,
    async connect(how) {
      const shown = await credential(how)
      if (closed.aborted) {
        throw new KubeError(cause('connectionClosed'), { kind: 'aborted', sent: false })
      }
      const { ca } = endpoint
      const connection =
        current !== null && current.ca === ca && isSame(current.shown, shown)
          ? current.connection
          : { dispatcher: dispatcherFor(shown), endpoint, headers: shown.headers, closed }
      current = { shown, ca, connection }
      return connection
    },
    retryNow: () => facts.retryNow?.(),
    async close() {
      current = null
      closing.abort(new KubeError(cause('networkClosed', { server }), { kind: 'network' }))
      await own.close()
    },
  }
}

function isSame(before: Credential, now: Credential): boolean {
  return before === now || JSON.stringify(before) === JSON.stringify(now)
}
