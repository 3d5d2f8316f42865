import type { Cause } from '#lib/csr/cause.ts'

/**
 * `GET /api/session`, open to every caller of this origin: the ways to sign in, and the signed-in
 * person.
 */
export type SessionAnswer = { readonly mode: 'launchKey' } | TeamAnswer

/**
 * The cluster's name and versions, which every caller may read before signing in
 * (docs/security.md).
 */
export interface ClusterTitle {
  readonly name: string
  /** Products and their versions, the outer one first; empty while they are not known. */
  readonly versions: readonly string[]
}

/** The answer in team mode; `POST /api/session` gives it after a sign-in by token, too. */
export interface TeamAnswer {
  readonly mode: 'service'
  /** Null where a proxy answers in place of this server. */
  readonly cluster: ClusterTitle | null
  readonly signIn: readonly SignInWay[]
  /** Null while no person is signed in with this browser's cookie. */
  readonly person: SignedInPerson | null
  /** Sent with each call, so that another site's page cannot use the cookie. */
  readonly binding: string | null
  readonly access: ViewAccess | null
}

/**
 * `oidc`: `href` leads to the provider. `proxy`: a proxy in front of this server signs people in,
 * and `href` is its sign-out; null where that is not known.
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
 * `command` grants the person the missing rights. `unknown`: the API server has not answered for
 * minutes; `causes` give the reason.
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
