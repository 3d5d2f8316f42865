import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** Results of checking an Authorization header. */
export type Authorization = 'launchKey' | 'session' | 'missing' | 'wrong' | 'slowDown'

export type Exchange =
  | { readonly token: string; readonly idleSeconds: number }
  | { readonly refused: 'wrong' | 'slowDown' }

export interface Sessions {
  /** Exchanges the launch key (from the browser's address) for a session's token. */
  exchange(key: string): Exchange
  /** Never throws, for any header. */
  authorize(authorization: string | undefined): Authorization
  /** Records that a page of the header's session is visible, which counts as use. */
  seen(authorization: string | undefined): void
  /** Ends the header's session, if any. Idempotent. */
  end(authorization: string | undefined): void
  /** Ends idle sessions by the clock, as timers stop while the machine sleeps. */
  endIdle(): void
  /**
   * Aborts when the header's session ends, for streams that outlast one answer. Null for the launch
   * key, which ends with the process; already aborted for an invalid header.
   */
  ending(authorization: string | undefined): AbortSignal | null
}

export interface SessionsOptions {
  readonly launchKey: string
  readonly clock: Clock
  /** Milliseconds without a visible page after which a session ends. */
  readonly idleMs: number
}

/** More sessions than one person needs; beyond it the oldest ends. */
export const SESSION_LIMIT = 100
/** Wrong keys allowed at once, and milliseconds until one more is allowed. */
export const WRONG_KEY_BURST = 30
const FORGIVE_MS = 1000

interface Session {
  /** SHA-256 of the token, which itself is not stored. */
  readonly digest: Buffer
  /** Milliseconds since the epoch. */
  seenAt: number
  readonly ending: AbortSignal
  /** Ends the session now. */
  readonly end: () => void
}

/**
 * Launch key and sessions. Too many wrong keys are told to slow down; the right key never is, so
 * that an attacker cannot lock its owner out. The key is too long to guess.
 */
export function createSessions({ launchKey, clock, idleMs }: SessionsOptions): Sessions {
  const launchDigest = digest(launchKey)
  const wrongKeys = createAllowance(clock.now)
  let sessions: readonly Session[] = []

  function begin(token: string): Session {
    const over = new AbortController()
    // Each stream, decision and run of the session listens: Node warns from the eleventh on.
    setMaxListeners(0, over.signal)
    const end = () => {
      cancel()
      sessions = sessions.filter((other) => other !== session)
      over.abort()
    }
    const session = { digest: digest(token), seenAt: clock.now(), ending: over.signal, end }
    let cancel = () => {}
    const wait = () => {
      const left = leftOf(session)
      if (left <= 0) end()
      else cancel = clock.after(left, wait)
    }
    wait()
    return session
  }

  /** Milliseconds until an unseen session ends. */
  function leftOf({ seenAt }: Session): number {
    return seenAt + idleMs - clock.now()
  }

  function find(token: string): Session | null {
    const wanted = digest(token)
    let found: Session | null = null
    // Compares all sessions, so that the time taken reveals nothing.
    for (const session of sessions) if (timingSafeEqual(session.digest, wanted)) found = session
    return found !== null && leftOf(found) > 0 ? found : null
  }

  function sessionOf(authorization: string | undefined): Session | null {
    const token = bearer(authorization)
    return token === null ? null : find(token)
  }

  function isLaunchKey(key: string): boolean {
    return timingSafeEqual(digest(key), launchDigest)
  }

  function tryLaunchKey(key: string): 'launchKey' | 'wrong' | 'slowDown' {
    if (isLaunchKey(key)) return 'launchKey'
    if (wrongKeys.spent()) return 'slowDown'
    wrongKeys.spend()
    return 'wrong'
  }

  return {
    exchange(key) {
      const answer = tryLaunchKey(key)
      if (answer !== 'launchKey') return { refused: answer }
      const token = randomBytes(32).toString('base64url')
      for (const oldest of sessions.slice(0, -(SESSION_LIMIT - 1))) oldest.end()
      sessions = [...sessions, begin(token)]
      return { token, idleSeconds: idleMs / 1000 }
    },
    authorize(authorization) {
      const token = bearer(authorization)
      if (token === null) return 'missing'
      return find(token) === null ? tryLaunchKey(token) : 'session'
    },
    seen(authorization) {
      const session = sessionOf(authorization)
      if (session !== null) session.seenAt = clock.now()
    },
    end: (authorization) => sessionOf(authorization)?.end(),
    endIdle() {
      for (const session of sessions) if (leftOf(session) <= 0) session.end()
    },
    ending(authorization) {
      const token = bearer(authorization) ?? ''
      const session = find(token)
      if (session !== null) return session.ending
      return isLaunchKey(token) ? null : AbortSignal.abort()
    },
  }
}

function bearer(authorization: string | undefined): string | null {
  return /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1] ?? null
}

/** Hashes before comparing: equal lengths, and constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function createAllowance(now: () => number) {
  let left = WRONG_KEY_BURST
  let at = now()
  function refill() {
    const forgiven = Math.floor((now() - at) / FORGIVE_MS)
    if (forgiven <= 0) return
    left = Math.min(WRONG_KEY_BURST, left + forgiven)
    at += forgiven * FORGIVE_MS
  }
  return {
    spent(): boolean {
      refill()
      return left <= 0
    },
    spend(): void {
      left -= 1
    },
  }
}
