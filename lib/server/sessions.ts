import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#lib/kube/clock.ts'

/** What an Authorization header was worth. */
export type Authorization = 'launchKey' | 'session' | 'missing' | 'wrong' | 'slowDown'

export type Exchange =
  | { readonly token: string; readonly expiresAt: string }
  | { readonly refused: 'wrong' | 'slowDown' }

export interface Sessions {
  /** The launch key for a session's token: what a browser does with the key in the address. */
  exchange(key: string): Exchange
  /** Never throws, whatever the header holds. */
  authorize(authorization: string | undefined): Authorization
  /** Ends the session of that header, if it is one. Idempotent. */
  end(authorization: string | undefined): void
  /** Ends those whose time is over by the clock: no timer goes on while the machine sleeps. */
  endExpired(): void
  /**
   * Aborts when the session of that header is over, in whichever way: what was opened with it may
   * last longer than one answer. Null for what is no session: the launch key ends with the process.
   */
  ending(authorization: string | undefined): AbortSignal | null
}

export interface SessionsOptions {
  readonly launchKey: string
  readonly clock: Clock
}

export const SESSION_HOURS = 12
/** More browsers than one person opens; the oldest goes. */
export const SESSION_LIMIT = 100
/** Wrong keys that may come at once, and how long until one more is forgiven. */
export const WRONG_KEY_BURST = 30
const FORGIVE_MS = 1000

interface Session {
  /** SHA-256 of the token: the token itself is not kept. */
  readonly digest: Buffer
  readonly expiresAt: number
  readonly ending: AbortSignal
  /** Ends it now. */
  readonly end: () => void
}

/**
 * The launch key opens sessions; both open everything else. Too many wrong keys are told to slow
 * down, the right one never is: it is too long to be guessed, and whoever sends wrong ones must not
 * keep its owner out within the hour that counts.
 */
export function createSessions({ launchKey, clock }: SessionsOptions): Sessions {
  const launchDigest = digest(launchKey)
  const wrongKeys = createAllowance(clock.now)
  let sessions: readonly Session[] = []

  function begin(token: string, expiresAt: number): Session {
    const over = new AbortController()
    const end = () => {
      cancel()
      sessions = sessions.filter((other) => other !== session)
      over.abort()
    }
    const cancel = clock.after(expiresAt - clock.now(), end)
    const session: Session = { digest: digest(token), expiresAt, ending: over.signal, end }
    return session
  }

  function find(token: string): Session | null {
    const wanted = digest(token)
    let found: Session | null = null
    // All of them, so that the time taken says nothing about which one it was.
    for (const session of sessions) if (timingSafeEqual(session.digest, wanted)) found = session
    return found !== null && found.expiresAt > clock.now() ? found : null
  }

  function sessionOf(authorization: string | undefined): Session | null {
    const token = bearer(authorization)
    return token === null ? null : find(token)
  }

  function tryLaunchKey(key: string): 'launchKey' | 'wrong' | 'slowDown' {
    if (timingSafeEqual(digest(key), launchDigest)) return 'launchKey'
    if (wrongKeys.spent()) return 'slowDown'
    wrongKeys.spend()
    return 'wrong'
  }

  return {
    exchange(key) {
      const answer = tryLaunchKey(key)
      if (answer !== 'launchKey') return { refused: answer }
      const token = randomBytes(32).toString('base64url')
      const expiresAt = clock.now() + SESSION_HOURS * 3_600_000
      for (const oldest of sessions.slice(0, -(SESSION_LIMIT - 1))) oldest.end()
      sessions = [...sessions, begin(token, expiresAt)]
      return { token, expiresAt: new Date(expiresAt).toISOString() }
    },
    authorize(authorization) {
      const token = bearer(authorization)
      if (token === null) return 'missing'
      return find(token) === null ? tryLaunchKey(token) : 'session'
    },
    end: (authorization) => sessionOf(authorization)?.end(),
    endExpired() {
      for (const session of sessions) if (session.expiresAt <= clock.now()) session.end()
    },
    ending: (authorization) => sessionOf(authorization)?.ending ?? null,
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
