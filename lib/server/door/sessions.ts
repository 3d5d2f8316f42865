import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { createAllowance } from '#lib/server/door/allowance.ts'
import { createSessionStore, digest } from '#lib/server/door/session-store.ts'

/** Results of checking an Authorization header. */
export type Authorization = 'launchKey' | 'session' | 'missing' | 'wrong' | 'slowDown'

export type Exchange =
  | { readonly token: string; readonly idleSeconds: number }
  | { readonly refused: 'wrong' | 'slowDown' }

export interface Sessions {
  readonly count: number
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

/**
 * Launch key and sessions. Too many wrong keys are told to slow down; the right key never is, so
 * that an attacker cannot lock its owner out. The key is too long to guess.
 */
export function createSessions({ launchKey, clock, idleMs }: SessionsOptions): Sessions {
  const launchDigest = digest(launchKey)
  const wrongKeys = createAllowance(clock.now, { burst: WRONG_KEY_BURST, forgiveMs: FORGIVE_MS })
  const personOf = () => 'launch key'
  const store = createSessionStore<null>({ clock, idleMs, personOf, limit: SESSION_LIMIT })

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
    get count() {
      return store.count
    },
    exchange(key) {
      const answer = tryLaunchKey(key)
      if (answer !== 'launchKey') return { refused: answer }
      return { token: store.begin(null), idleSeconds: idleMs / 1000 }
    },
    authorize(authorization) {
      const token = bearer(authorization)
      if (token === null) return 'missing'
      return store.find(token) === null ? tryLaunchKey(token) : 'session'
    },
    seen: (authorization) => store.seen(bearer(authorization) ?? ''),
    end: (authorization) => store.end(bearer(authorization) ?? ''),
    endIdle: store.endIdle,
    ending(authorization) {
      const token = bearer(authorization) ?? ''
      const session = store.find(token)
      if (session !== null) return session.ending
      return isLaunchKey(token) ? null : AbortSignal.abort()
    },
  }
}

function bearer(authorization: string | undefined): string | null {
  return /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization ?? '')?.[1] ?? null
}
