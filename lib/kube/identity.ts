import type { Dispatcher } from 'undici'

/** Where the API server is, and how its certificate is checked. Holds no credential. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string
  /** A path that all calls begin with, '' mostly. */
  readonly prefix: string
  /** PEM; null means the system's roots. */
  readonly ca: string | null
  /** The name to expect in the certificate, when it is not the host's. */
  readonly servername: string | null
  /** Only ever true because a kubeconfig says so itself. */
  readonly insecure: boolean
  /** An HTTP proxy to go through. */
  readonly proxy: string | null
}

/** What proves who is asking. */
export interface Credential {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** PEM. Null for bearer tokens: the API server might answer as the certificate otherwise. */
  readonly certificate: { readonly cert: string; readonly key: string } | null
}

/**
 * Asked before every call, so it keeps what it may keep. `renew` means that the API server did
 * not accept the last one. Rejects with a KubeError `noCredential`, never answers as another.
 */
export type CredentialSource = (how: { readonly renew: boolean }) => Promise<Credential>

/** Ready to send: what transport.ts needs of an identity, and nobody else. */
export interface Connection {
  readonly dispatcher: Dispatcher
  readonly endpoint: Endpoint
  readonly headers: Readonly<Record<string, string | readonly string[]>>
}

export interface IdentityFacts {
  readonly name: string
  readonly endpoint: Endpoint
  readonly credential: CredentialSource
}

/**
 * On whose behalf the API server is called: the first argument of every call, with no default
 * anywhere. Opaque; made by readKubeconfig or bearerIdentity.
 */
export interface Identity {
  /** For display. The name that counts is what whoAmI answers. */
  readonly name: string
  readonly server: string
  readonly connect: (how: { readonly renew: boolean }) => Promise<Connection>
  readonly close: () => Promise<void>
}

export declare function createIdentity(facts: IdentityFacts): Identity

/** A person's own token on an endpoint: an Agent of its own, without client certificate. */
export declare function bearerIdentity(name: string, endpoint: Endpoint, token: string): Identity

/** Closes its connections; calls under way fail. Idempotent. */
export declare function closeIdentity(identity: Identity): Promise<void>
