import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** What an Authorization header was worth. */
export type Authorization = 'launchKey' | 'session' | 'missing' | 'wrong' | 'slowDown'

export type Exchange =
  | { readonly token: string; readonly idleSeconds: number }
  | { readonly refused: 'wrong' | 'slowDown' }

export interface Sessions {
  /** The launch key for a session's token: what a browser does with the key in the address. */
  exchange(key: string): Exchange
  /** Never throws, whatever the header holds. */
  authorize(authorization: string | undefined): Authorization
  /** A page of the session of that header is visible, which is what counts as its use. */
  seen(authorization: string | undefined): void
  /** Ends the session of that header, if it is one. Idempotent. */
  end(authorization: string | undefined): void
  /** Ends those that were idle too long by the clock: no timer goes on while the machine sleeps. */
  endIdle(): void
  /**
   * Aborts when the session of that header is over, in whichever way: what was opened with it may last longer
   * than one answer. Null for the launch key, which ends with the process. Aborted for what opens nothing.
   */
  ending(authorization: string | undefined): AbortSignal | null
}

export interface SessionsOptions {
  readonly launchKey: string
  readonly clock: Clock
  /** A session ends when no page of it was seen for this long, milliseconds. */
  readonly idleMs: number
}

/** More browsers than one person opens; the oldest goes. */
export const SESSION_LIMIT = 100
/** Wrong keys that may come at once, and how long until one more is forgiven. */
export const WRONG_KEY_BURST = 30
const FORGIVE_MS = 1000

interface Session {
  /** SHA-256 of the token: the token itself is not kept. */
  readonly digest: Buffer
  /** Milliseconds since the epoch. */
  seenAt: number
  readonly ending: AbortSignal
  /** Ends it now. */
  readonly end: () => void
}

/**
 * The launch key opens sessions; both open everything else. Too many wrong keys are told to slow
 * down, the right one never is: it is too long to be guessed, and whoever sends wrong ones must not
 * keep its owner out within the hour that counts.
 */
export function createSessions({ launchKey, clock, idleMs }: SessionsOptions): Sessions {
  const launchDigest = digest(launchKey)
  const wrongKeys = createAllowance(clock.now)
  let sessions: readonly Session[] = []

  function begin(token: string): Session {
    const over = new AbortController()
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

  /** Milliseconds until the session ends, unless it is seen. */
  function leftOf({ seenAt }: Session): number {
    return seenAt + idleMs - clock.now()
  }

  function find(token: string): Session | null {
    const wanted = digest(token)
    let found: Session | null = null
    // All of them, so that the time taken says nothing about which one it was.
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

/** Both sides are hashed before they are compared: equal lengths, and nothing to time. */
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
