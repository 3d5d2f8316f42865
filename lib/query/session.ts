import type { BrowserApis } from '#lib/query/edges.ts'
import { createStore, type Store } from '#lib/query/store.ts'
import type {
  ClusterTitle,
  SignedInPerson,
  SignInWay,
  ViewAccess,
} from '#lib/wire/session-answers.ts'

/**
 * Session of this browser with our own server; only `signedIn` has a stream and rows. On a laptop
 * it has a token, in team mode a cookie and the binding that is sent beside it.
 *
 * | status | meaning | next |
 * | --- | --- | --- |
 * | unknown | address and storage were not read yet | exchanging, signedIn, asking |
 * | exchanging | the launch key is exchanged for a token | signedIn, signedOut |
 * | asking | the server is asked who is signed in | each but the first two |
 * | leaving | the server ends the session | asking, signedOut |
 * | signedIn | ends when no page of it was visible for `idleSeconds` | asking, leaving, signedOut |
 * | noAccess | signed in without the right to see, or while nobody knows | each after the server was asked again |
 * | signIn | the person chooses a way to sign in | signedIn, noAccess |
 * | signedOut | see SignedOutReason | exchanging, asking, leaving, signedIn |
 */
export type Session =
  | { readonly status: 'unknown' | 'exchanging' | 'leaving' }
  | { readonly status: 'asking'; readonly reason: SignInReason | null }
  | LaunchSession
  | TeamSession
  | NoAccess
  | {
      readonly status: 'signIn'
      readonly cluster: ClusterTitle | null
      readonly ways: readonly SignInWay[]
      readonly reason: SignInReason | null
    }
  | {
      readonly status: 'signedOut'
      readonly reason: SignedOutReason
      /** With `noAnswer`: why the previous session is over, for the sign-in page. */
      readonly over?: SignInReason | null
    }

interface LaunchSession {
  readonly status: 'signedIn'
  readonly token: string
  readonly idleSeconds: number
}

export interface TeamSession {
  readonly status: 'signedIn'
  readonly binding: string
  readonly person: SignedInPerson
  readonly idleSeconds: number
}

export interface NoAccess extends Omit<TeamSession, 'status'> {
  readonly status: 'noAccess'
  readonly access: Exclude<ViewAccess, { readonly mayView: true }>
  /** Time of the server's answer, in milliseconds of this browser's clock. */
  readonly saidAt: number
}

/** Reason that the previous session is over. */
export type SignInReason = 'ended' | 'byPerson'

/**
 * `noKey`: opened without the key of this launch. `badKey`: the key is not (or no longer) the
 * server's. `ended`: the server does not know the token, e.g. it was started again. `unreachable`:
 * the key could not be exchanged because the server did not answer. `noAnswer`: the server did not say
 * who is signed in. `byPerson`: signed out here or in another tab. `byPersonHere`: likewise, and the
 * server did not answer. `notEnded`: likewise in team mode, where the browser still has the cookie.
 */
export type SignedOutReason =
  | 'noKey'
  | 'badKey'
  | 'ended'
  | 'unreachable'
  | 'noAnswer'
  | 'byPerson'
  | 'byPersonHere'
  | 'notEnded'

/** Identifies the session among those of this browser; null while no person is signed in. */
export function keyOf(session: Session): string | null {
  if (session.status !== 'signedIn') return null
  return 'token' in session ? session.token : session.binding
}

/** The session after its credential was refused, or after its person lost the right to see. */
export function sessionOver(session: Session): Session {
  if (session.status !== 'signedIn') return session
  return 'token' in session
    ? { status: 'signedOut', reason: 'ended' }
    : { status: 'asking', reason: 'ended' }
}

/** Proof of the session in a call. */
export function proofOf(session: Session): {
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: RequestCredentials
} {
  if ('token' in session) {
    return { headers: { authorization: `Bearer ${session.token}` }, credentials: 'omit' }
  }
  if ('binding' in session) {
    const headers = { 'x-countersign-session': session.binding }
    return { headers, credentials: 'same-origin' }
  }
  return { headers: {}, credentials: 'omit' }
}

export function createSessionStore(): Store<Session> {
  return createStore<Session>({ status: 'unknown' })
}

/**
 * The token is kept in localStorage, not in a tab's own storage, so that a link opened in a new tab
 * is signed in, too: the key was in the first tab's address only, and is gone from there. It opens
 * this origin's own API and nothing else, is made for one start of the server and worth nothing
 * after it, and no foreign script runs on our pages (docs/attacker-model.md). Not a cookie: browsers
 * send one to every port of the name (docs/decisions/0043-no-cookie-on-a-laptop.md).
 */
const STORAGE_KEY = 'countersign.session'

/** Replaces the token for a moment, so that other tabs learn why it is removed. */
const SIGNED_OUT = 'signedOut'

type SessionApis = Pick<BrowserApis, 'fetch' | 'address' | 'early' | 'storage'>

/**
 * Finds out who this tab is, once: the key of the address if there is one, else the token that
 * another tab has left. Keeps following the other tabs afterwards; the answer stops that. Where this
 * tab is signed in, another's new token is only told of: to change would cut off what is under way.
 */
export function startSession(store: Store<Session>, edges: SessionApis, onAnother: () => void) {
  const { storage } = edges
  const key = keyIn(edges.address.hash())
  if (key !== null) {
    // First of all: the key must not stay where a person can see or copy it.
    edges.address.dropHash()
    void exchange(store, edges, key)
  } else if (store.get().status === 'unknown') {
    store.change(keptSession(edges) ?? { status: 'asking', reason: null })
  }

  let lastToken = tokenOf(store.get())
  const stopStore = store.subscribe(() => {
    const session = store.get()
    lastToken = tokenOf(session) ?? lastToken
    if (session.status !== 'signedOut' || session.reason !== 'ended') return
    // Another tab may have signed in again by now.
    const kept = keptSession(edges)
    if (kept === null || kept.token === lastToken) storage?.remove(STORAGE_KEY)
    else store.change(kept)
  })
  const stopStorage = storage?.onChange((changed, value) => {
    if (changed !== STORAGE_KEY) return
    const kept = value === null ? null : parseSession(value)
    const isSignedIn = store.get().status === 'signedIn'
    if (value === SIGNED_OUT) leave(store, edges)
    else if (kept === null && isSignedIn) store.change({ status: 'signedOut', reason: 'ended' })
    else if (kept !== null && isSignedIn) onAnother()
    else if (kept !== null) store.change(kept)
  })
  return {
    /** Exchanges the key again where the server did not answer. */
    retryNow(): void {
      if (key !== null && isUnreachable(store.get())) void exchange(store, edges, key)
    },
    stop(): void {
      stopStore()
      stopStorage?.()
    },
  }
}

function isUnreachable(session: Session): boolean {
  return session.status === 'signedOut' && session.reason === 'unreachable'
}

/**
 * Signs out: this tab and the others at once, then the server. Nothing is left in the browser's
 * storage. Settles in the store, never rejects.
 */
export async function signOut(store: Store<Session>, edges: SessionApis): Promise<void> {
  const token = tokenOf(store.get())
  if (token === null) return
  edges.storage?.set(STORAGE_KEY, SIGNED_OUT)
  leave(store, edges)
  try {
    const { ok } = await edges.fetch('/api/session', {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
      cache: 'no-store',
      // Browsers obey `Clear-Site-Data` only where a call may have credentials. There are none.
      credentials: 'same-origin',
      redirect: 'error',
      // The page may be closed immediately after.
      keepalive: true,
    })
    if (ok) return
  } catch {
    // The server was not reached.
  }
  store.change((session) =>
    session.status === 'signedOut' && session.reason === 'byPerson'
      ? { status: 'signedOut', reason: 'byPersonHere' }
      : session,
  )
}

/** Changes the store first, so that this tab writes nothing into the emptied storage. */
function leave(store: Store<Session>, edges: SessionApis): void {
  store.change({ status: 'signedOut', reason: 'byPerson' })
  // A suspended tab learns of the sign-out late: a person may have signed in again by then.
  if (keptSession(edges) === null) edges.storage?.clear()
}

/** The launch key in an address's fragment. */
export function keyIn(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('key')
}

export function exchangeKey({ fetch }: Pick<BrowserApis, 'fetch'>, key: string): Promise<Response> {
  return fetch('/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ key }),
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  })
}

/** Exchanges the launch key for a session's token. The store has the result. Never rejects. */
async function exchange(store: Store<Session>, edges: SessionApis, key: string): Promise<void> {
  store.change({ status: 'exchanging' })
  let reason: SignedOutReason = 'unreachable'
  try {
    const response = await (edges.early.takeSession() ?? exchangeKey(edges, key))
    const text = await response.text()
    const session = response.ok ? parseSession(text) : null
    if (session !== null) {
      edges.storage?.set(STORAGE_KEY, text)
      store.change(session)
      return
    }
    // 421: the address is of an earlier start.
    if ([401, 403, 421].includes(response.status)) reason = 'badKey'
  } catch {
    // The server was not reached: the reason stays.
  }
  // An old link may be opened while another tab is signed in.
  store.change(keptSession(edges) ?? { status: 'signedOut', reason })
}

function keptSession({ storage }: Pick<SessionApis, 'storage'>): LaunchSession | null {
  const text = storage?.get(STORAGE_KEY) ?? null
  return text === null ? null : parseSession(text)
}

/** The stored token. Null for any other text; only the server knows when the token ends. */
export function parseSession(text: string): LaunchSession | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { token, idleSeconds } = value as { token?: unknown; idleSeconds?: unknown }
    if (typeof token !== 'string' || typeof idleSeconds !== 'number') return null
    return { status: 'signedIn', token, idleSeconds }
  } catch {
    return null
  }
}

function tokenOf(session: Session): string | null {
  return 'token' in session ? session.token : null
}
