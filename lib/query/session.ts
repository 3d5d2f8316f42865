import { createStore, type Store } from '#lib/query/store.ts'

/**
 * Who this browser is to our own server. `unknown` only before the first look at the address and
 * the storage. `expiresAt` is RFC 3339.
 */
export type Session =
  | { readonly status: 'unknown' | 'exchanging' }
  | { readonly status: 'signedIn'; readonly token: string; readonly expiresAt: string }
  | { readonly status: 'signedOut'; readonly reason: SignedOutReason }

/**
 * `noKey`: opened without the key of this launch. `badKey`: the key is not (or no longer) the
 * server's. `ended`: the server does not know the token, e.g. it was started again. `unreachable`:
 * the key could not be exchanged because the server did not answer.
 */
export type SignedOutReason = 'noKey' | 'badKey' | 'ended' | 'unreachable'

export const UNKNOWN_SESSION: Session = { status: 'unknown' }

export function createSessionStore(): Store<Session> {
  return createStore<Session>(UNKNOWN_SESSION)
}
