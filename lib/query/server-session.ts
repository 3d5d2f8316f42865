import { cause } from '#lib/csr/cause.ts'
import { BAD_ANSWER, pageProblem, problemOf, toProblemError } from '#lib/query/api.ts'
import type { BrowserApis, TabMessage } from '#lib/query/edges.ts'
import { reconnectDelay } from '#lib/query/reconnect-delay.ts'
import { proofOf, type Session, type SignInReason } from '#lib/query/session.ts'
import type { Store } from '#lib/query/store.ts'
import type { SessionAnswer, SignedOutAnswer } from '#lib/wire/session-answers.ts'
import type { Problem } from '#lib/wire/wire.ts'

/** Least milliseconds between two questions that no person caused. */
const LEAST_MS = 2_000
/** Milliseconds between two questions for a missing right to see. */
export const NO_ACCESS_MS = 30_000

/** The server's answer on who is signed in with this browser's cookie. Nothing of it is stored. */
export function createServerSession(store: Store<Session>, edges: BrowserApis) {
  let cancel = () => {}
  /** Number of the latest question or sign-in: only that one changes the store. */
  let turn = 0
  let failures = 0
  let askedAt = Number.NEGATIVE_INFINITY
  /** Proof of the session being ended, for a second attempt. */
  let leaving: ReturnType<typeof proofOf> | null = null

  /** Asks who is signed in. Rows stay on screen until the answer names another session. */
  async function ask(): Promise<void> {
    cancel()
    turn += 1
    const mine = turn
    askedAt = edges.localNow()
    const answer = await readAnswer(edges)
    if (mine !== turn) return
    failures = answer === null ? failures + 1 : 0
    store.change((now) => afterAnswer(now, answer, edges.localNow()))
    plan()
  }

  /** Plans the next question that no person causes. */
  function plan(): void {
    cancel()
    const wait = waitBefore(store.get())
    if (wait === 0) void ask()
    else if (wait !== null) cancel = edges.setTimer(() => void ask(), wait)
  }

  function waitBefore(session: Session): number | null {
    if (session.status === 'asking') return Math.max(0, askedAt + LEAST_MS - edges.localNow())
    if (session.status === 'noAccess') return edges.visibility.isHidden() ? null : NO_ACCESS_MS
    return isUnanswered(session) ? reconnectDelay(failures, edges.random) : null
  }

  /**
   * While the tab was hidden, another tab may have signed in, or an admin may have granted the
   * right.
   */
  function onVisibility(): void {
    const now = store.get()
    if (edges.visibility.isHidden()) plan()
    else if (now.status === 'signIn' || now.status === 'noAccess' || isUnanswered(now)) void ask()
  }

  /** Signs in by a token. Returns the problem; null if the token was accepted. */
  async function signIn(token: string): Promise<Problem | null> {
    turn += 1
    try {
      const response = await edges.fetch('/api/session', {
        ...CALL,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ token }),
      })
      if (!response.ok) return (await toProblemError(response)).problem
      const next = sessionOf((await response.json()) as SessionAnswer, null, edges.localNow())
      if (next.status !== 'signedIn' && next.status !== 'noAccess') {
        return pageProblem(BAD_ANSWER, cause('serverAnswerNotJson'), response.status)
      }
      store.change(next)
      tell('session')
      return null
    } catch (error) {
      return problemOf(error)
    }
  }

  /** Signs out; the store has the result. Never rejects. */
  async function signOut(): Promise<void> {
    const session = store.get()
    if ('binding' in session) leaving = proofOf(session)
    if (leaving === null) return
    turn += 1
    store.change({ status: 'leaving' })
    tell('signingOut')
    edges.storage?.clear()
    try {
      const response = await edges.fetch('/api/session', {
        ...CALL,
        method: 'DELETE',
        headers: { ...leaving.headers, accept: 'application/json' },
        // The page may be closed immediately after.
        keepalive: true,
      })
      // 401: the session was already over.
      if (!response.ok && response.status !== 401) throw new Error(`${response.status}`)
      leaving = null
      tell('session')
      const { signOutUrl } = response.ok
        ? ((await response.json()) as SignedOutAnswer)
        : { signOutUrl: null }
      askedAt = Number.NEGATIVE_INFINITY
      store.change({ status: 'asking', reason: 'byPerson' })
      if (signOutUrl !== null && isWebAddress(signOutUrl)) edges.address.leaveFor(signOutUrl)
    } catch {
      store.change({ status: 'signedOut', reason: 'notEnded' })
      tell('session')
    }
  }

  const tell = (kind: 'session' | 'signingOut') => edges.channel.post({ kind })

  function onMessage({ kind }: TabMessage): void {
    if (kind === 'session') void ask()
    if (kind !== 'signingOut') return
    // The rows are removed now; the server is asked once the other tab has its answer.
    askedAt = edges.localNow()
    store.change((now) => ('binding' in now ? { status: 'asking', reason: 'byPerson' } : now))
  }

  return {
    /** Starts asking. Returns a function that stops; start works again after that. */
    start(): () => void {
      const undo = [
        store.subscribe(plan),
        edges.visibility.onChange(onVisibility),
        edges.onOnline(onVisibility),
        edges.channel.onMessage(onMessage),
      ]
      plan()
      return () => {
        for (const one of undo) one()
        cancel()
        turn += 1
      }
    },
    /** Asks again, or repeats a sign-out that failed. */
    retryNow: () => void (leaving === null ? ask() : signOut()),
    signIn,
    signOut,
  }
}

const CALL = { cache: 'no-store', credentials: 'same-origin', redirect: 'error' } as const

/**
 * Our server answers every caller. A refusal is that of a proxy in front, which signs people in:
 * this browser has no sign-in there to end.
 */
const PROXY_SIGNED_OUT: SessionAnswer = {
  mode: 'service',
  cluster: null,
  signIn: [{ way: 'proxy', href: null }],
  ...{ person: null, binding: null, access: null },
}

/** Null where the server did not answer. */
async function readAnswer({ fetch }: BrowserApis): Promise<SessionAnswer | null> {
  try {
    const response = await fetch('/api/session', {
      ...CALL,
      method: 'GET',
      headers: { accept: 'application/json' },
      redirect: 'manual',
    })
    const { status, type } = response
    if (type === 'opaqueredirect' || status === 401 || status === 403) return PROXY_SIGNED_OUT
    if (status >= 500 || status === 429) return null
    // A server without this route uses a launch key.
    return response.ok ? ((await response.json()) as SessionAnswer) : { mode: 'launchKey' }
  } catch {
    return null
  }
}

function afterAnswer(now: Session, answer: SessionAnswer | null, saidAt: number): Session {
  switch (now.status) {
    case 'unknown':
    case 'exchanging':
    case 'leaving':
      return now
    case 'asking':
      if (answer === null) return { status: 'signedOut', reason: 'noAnswer', over: now.reason }
      return sessionOf(answer, now.reason, saidAt)
    case 'signIn':
      return answer === null ? now : sessionOf(answer, now.reason, saidAt)
    case 'noAccess':
      return answer === null ? now : sessionOf(answer, 'ended', saidAt)
    case 'signedIn':
      return answer === null || 'token' in now ? now : sessionOf(answer, 'ended', saidAt)
    case 'signedOut':
      if (answer === null || !isUnanswered(now)) return now
      return sessionOf(answer, now.over ?? null, saidAt)
  }
}

/** The session that an answer describes. */
function sessionOf(answer: SessionAnswer, reason: SignInReason | null, saidAt: number): Session {
  if (answer.mode !== 'service') return { status: 'signedOut', reason: 'noKey' }
  const { cluster, person, binding, access, signIn } = answer
  if (person === null || binding === null)
    return { status: 'signIn', cluster, ways: signIn, reason }
  const theirs = { binding, person, idleSeconds: person.idleSeconds }
  if (access === null || access.mayView === true) return { status: 'signedIn', ...theirs }
  return { status: 'noAccess', ...theirs, access, saidAt }
}

function isUnanswered(session: Session): boolean {
  return session.status === 'signedOut' && session.reason === 'noAnswer'
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ['https:', 'http:'].includes(new URL(url).protocol)
}
