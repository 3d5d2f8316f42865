import { hash, randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Clock } from '#lib/kube/transport/clock.ts'

/** A signed-in browser. */
export interface Session<Data> {
  /** Name of the session, with which a caller cannot act as the session. */
  readonly name: string
  readonly data: Data
  /** Aborts when the session ends. */
  readonly ending: AbortSignal
  /** Idempotent. */
  readonly end: () => void
}

/** Sessions in memory. Each is found by a secret token, which is not stored. */
export interface SessionStore<Data> {
  readonly count: number
  /**
   * Starts a session and returns its token, a new one unless given. `endsAt`: its latest end,
   * milliseconds since the epoch.
   */
  begin(data: Data, endsAt?: number, token?: string): string
  find(token: string): Session<Data> | null
  /** The session of that name, if any. */
  named(name: string): Session<Data> | null
  /** Records that a page of the session is visible, which counts as use. */
  seen(token: string): void
  /** Ends the sessions for which `isOver` is true. */
  endWhere(isOver: (data: Data) => boolean): void
  /** Ends sessions whose time is over, as timers stop while the machine sleeps. */
  endIdle(): void
}

export interface SessionStoreOptions<Data> {
  readonly clock: Clock
  /** Milliseconds without a visible page after which a session ends. */
  readonly idleMs: number
  /** The person of a session: beyond `limit` sessions of one person, their oldest ends. */
  readonly personOf: (data: Data) => string
  readonly limit: number
}

interface Kept<Data> extends Session<Data> {
  readonly endsAt: number
  /** Milliseconds since the epoch. */
  seenAt: number
}

export function createSessionStore<Data>(options: SessionStoreOptions<Data>): SessionStore<Data> {
  const { clock, idleMs, personOf, limit } = options
  /** Sessions by name, oldest first. */
  const sessions = new Map<string, Kept<Data>>()
  const secret = randomBytes(32).toString('base64')

  /** No client can compute the name from a token, so the time of a look-up reveals nothing. */
  function nameOf(token: string): string {
    return hash('sha256', secret + token, 'base64url')
  }

  function keep(name: string, data: Data, endsAt: number): Kept<Data> {
    const over = new AbortController()
    // Each stream, decision and run of the session listens, and Node warns from the eleventh
    // listener on.
    setMaxListeners(0, over.signal)
    const end = () => {
      if (over.signal.aborted) return
      cancel()
      sessions.delete(name)
      over.abort()
    }
    const session = { name, data, endsAt, seenAt: clock.now(), ending: over.signal, end }
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
  function leftOf({ seenAt, endsAt }: Kept<Data>): number {
    return Math.min(seenAt + idleMs, endsAt) - clock.now()
  }

  function named(name: string): Kept<Data> | null {
    const found = sessions.get(name) ?? null
    if (found === null || leftOf(found) > 0) return found
    // The session's timer is late after the machine has slept.
    found.end()
    return null
  }

  const find = (token: string) => named(nameOf(token))

  return {
    get count() {
      return sessions.size
    },
    begin(data, endsAt = Number.POSITIVE_INFINITY, token = randomBytes(32).toString('base64url')) {
      const theirs = [...sessions.values()].filter(
        (session) => personOf(session.data) === personOf(data),
      )
      for (const oldest of theirs.slice(0, Math.max(0, theirs.length - limit + 1))) oldest.end()
      const name = nameOf(token)
      sessions.set(name, keep(name, data, endsAt))
      return token
    },
    find,
    named,
    seen(token) {
      const session = find(token)
      if (session !== null) session.seenAt = clock.now()
    },
    endWhere(isOver) {
      for (const session of [...sessions.values()]) if (isOver(session.data)) session.end()
    },
    endIdle() {
      for (const session of [...sessions.values()]) if (leftOf(session) <= 0) session.end()
    },
  }
}

/** Hashes before comparing: equal lengths, and constant time. */
export function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
