import type { Cause } from '#lib/csr/cause.ts'

/** `GET /api/session`, open to every caller of this origin: how a page signs in here, and who has. */
export type SessionAnswer = { readonly mode: 'launchKey' } | TeamAnswer

/** The cluster's name and versions: told before anybody is signed in (docs/security.md). */
export interface ClusterTitle {
  readonly name: string
  /** Products and their versions, the outer one first; empty while none is known. */
  readonly versions: readonly string[]
}

/** In team mode. After a sign-in by a token `POST /api/session` answers the same. */
export interface TeamAnswer {
  readonly mode: 'service'
  /** Null where a proxy answers in this server's place. */
  readonly cluster: ClusterTitle | null
  readonly signIn: readonly SignInWay[]
  /** Null while nobody is signed in with this browser's cookie. */
  readonly person: SignedInPerson | null
  /** Sent back with each call, so that another site's page cannot use the cookie. */
  readonly binding: string | null
  readonly access: ViewAccess | null
}

/**
 * `oidc`: `href` leads to the provider. `proxy`: a proxy before this server signs people in, and `href`
 * is where it ends that; null where that is not known.
 */
export type SignInWay =
  | { readonly way: 'oidc'; readonly name: string; readonly href: string }
  | { readonly way: 'proxy'; readonly href: string | null }
  | { readonly way: 'token' }

/** Name, uid and groups are the API server's answer for the person's credential. */
export interface SignedInPerson {
  readonly name: string
  readonly uid: string
  readonly groups: readonly string[]
  /** RFC 3339. */
  readonly endsAt: string
  readonly idleSeconds: number
}

/**
 * `command` gives the person the missing rights. `unknown`: the API server has not said for minutes,
 * `causes` tell why.
 */
export type ViewAccess =
  | { readonly mayView: true }
  | { readonly mayView: false; readonly missing: readonly MissingRight[]; readonly command: string }
  | { readonly mayView: 'unknown'; readonly causes: readonly Cause[] }

export interface MissingRight {
  readonly verb: string
  readonly group: string
  readonly resource: string
}

/** `DELETE /api/session` in team mode. */
export interface SignedOutAnswer {
  /** The provider's sign-out page; null where it has none. */
  readonly signOutUrl: string | null
}
