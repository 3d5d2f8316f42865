import type { Edges } from '#lib/query/edges.ts'
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

export function createSessionStore(): Store<Session> {
  return createStore<Session>({ status: 'unknown' })
}

/**
 * The token is kept in localStorage, not in a tab's own storage, so that a link opened in a new tab
 * is signed in, too: the key was in the first tab's address only, and is gone from there. It opens
 * this origin's own API and nothing else, is made for one start of the server and worth nothing
 * after it, and no foreign script runs on our pages (docs/attacker-model.md). Not a cookie: a cookie goes
 * along with requests that other sites cause.
 */
const STORAGE_KEY = 'countersign.session'

type SessionEdges = Pick<Edges, 'fetch' | 'address' | 'storage' | 'localNow'>

/**
 * Finds out who this tab is, once: the key of the address if there is one, else the token that
 * another tab has left. Keeps following the other tabs afterwards; the answer stops that. Where this
 * tab is signed in, another's new token is only told of: to change would cut off what is under way.
 */
export function startSession(
  store: Store<Session>,
  edges: SessionEdges,
  onAnother: () => void,
): () => void {
  const { storage } = edges
  const key = new URLSearchParams(edges.address.hash().slice(1)).get('key')
  if (key !== null) {
    // First of all: whatever happens next, the key must not stay where it can be seen or copied.
    edges.address.dropHash()
    void exchange(store, edges, key)
  } else if (store.get().status === 'unknown') {
    store.change(keptSession(edges) ?? { status: 'signedOut', reason: 'noKey' })
  }

  let lastToken = tokenOf(store.get())
  const stopStore = store.subscribe(() => {
    const session = store.get()
    lastToken = tokenOf(session) ?? lastToken
    if (session.status !== 'signedOut' || session.reason !== 'ended') return
    // Unless another tab has signed in again meanwhile.
    const kept = keptSession(edges)
    if (kept === null || kept.token === lastToken) storage?.remove(STORAGE_KEY)
    else store.change(kept)
  })
  const stopStorage = storage?.onChange((changed, value) => {
    if (changed !== STORAGE_KEY) return
    const kept = value === null ? null : parseSession(value, edges.localNow())
    const isSignedIn = store.get().status === 'signedIn'
    if (kept === null && isSignedIn) store.change({ status: 'signedOut', reason: 'ended' })
    else if (kept !== null && isSignedIn) onAnother()
    else if (kept !== null) store.change(kept)
  })
  return () => {
    stopStore()
    stopStorage?.()
  }
}

/** The launch key for a session's token. Settles in the store, never rejects. */
async function exchange(store: Store<Session>, edges: SessionEdges, key: string): Promise<void> {
  store.change({ status: 'exchanging' })
  let reason: SignedOutReason = 'unreachable'
  try {
    const response = await edges.fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ key }),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    })
    const text = await response.text()
    const session = response.ok ? parseSession(text, edges.localNow()) : null
    if (session !== null) {
      edges.storage?.set(STORAGE_KEY, text)
      store.change(session)
      return
    }
    // 421: the address is that of an earlier start.
    if ([401, 403, 421].includes(response.status)) reason = 'badKey'
  } catch {
    // not reached: the reason stays
  }
  // An old link, opened again while another tab is signed in.
  store.change(keptSession(edges) ?? { status: 'signedOut', reason })
}

type SignedIn = Extract<Session, { status: 'signedIn' }>

function keptSession(edges: Pick<SessionEdges, 'storage' | 'localNow'>): SignedIn | null {
  const text = edges.storage?.get(STORAGE_KEY) ?? null
  return text === null ? null : parseSession(text, edges.localNow())
}

/** Null for anything but an unexpired token. */
function parseSession(text: string, now: number): SignedIn | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const { token, expiresAt } = value as { token?: unknown; expiresAt?: unknown }
    if (typeof token !== 'string' || typeof expiresAt !== 'string') return null
    return Date.parse(expiresAt) > now ? { status: 'signedIn', token, expiresAt } : null
  } catch {
    return null
  }
}

function tokenOf(session: Session): string | null {
  return session.status === 'signedIn' ? session.token : null
}
