import { hash, randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { ofTheMost } from '#lib/refusals/limits.ts'

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

export interface SessionBound<Data> {
  readonly most: number
  readonly counts: (other: Data) => boolean
}

export interface SessionStoreOptions<Data> {
  readonly clock: Clock
  /** Milliseconds without a visible page after which a session ends. */
  readonly idleMs: number
  /** Key of a session’s person. */
  readonly personKey: (data: Data) => string
  /**
   * Bounds for a new session of `data`: where so many others count, the oldest of the person with the
   * most ends.
   */
  readonly bounds: (data: Data) => readonly SessionBound<Data>[]
}

interface Kept<Data> extends Session<Data> {
  readonly endsAt: number
  /** Milliseconds since the epoch. */
  seenAt: number
}

/** Sessions in memory. Each is found by a secret token, which is not stored. */
export class SessionStore<Data> {
  readonly #options: SessionStoreOptions<Data>
  /** Sessions by name, oldest first. */
  readonly #sessions = new Map<string, Kept<Data>>()
  readonly #secret = randomBytes(32).toString('base64')

  constructor(options: SessionStoreOptions<Data>) {
    this.#options = options
  }

  get count(): number {
    return this.#sessions.size
  }

  /**
   * Starts a session and returns its token, a new one unless given. `endsAt`: its latest end,
   * milliseconds since the epoch.
   */
  begin(
    data: Data,
    endsAt = Number.POSITIVE_INFINITY,
    token = randomBytes(32).toString('base64url'),
  ): string {
    for (const bound of this.#options.bounds(data)) this.#makeRoom(bound)
    const name = this.#nameOf(token)
    this.#sessions.set(name, this.#keep(name, data, endsAt))
    return token
  }

  find(token: string): Session<Data> | null {
    return this.named(this.#nameOf(token))
  }

  /** The session of that name, if any. */
  named(name: string): Kept<Data> | null {
    const found = this.#sessions.get(name) ?? null
    if (found === null || this.#leftOf(found) > 0) return found
    // The session's timer is late after the machine has slept.
    found.end()
    return null
  }

  /** Records that a page of the session is visible, which counts as use. */
  seen(token: string): void {
    const session = this.named(this.#nameOf(token))
    if (session !== null) session.seenAt = this.#options.clock.now()
  }

  /** Ends sessions whose time is over, as timers stop while the machine sleeps. */
  endIdle(): void {
    for (const name of [...this.#sessions.keys()]) this.named(name)
  }

  /** No client can compute the name from a token, so the time of a look-up reveals nothing. */
  #nameOf(token: string): string {
    return hash('sha256', this.#secret + token, 'base64url')
  }

  #makeRoom({ most, counts }: SessionBound<Data>): void {
    const others = () => [...this.#sessions.values()].filter(({ data }) => counts(data))
    for (let all = others(); all.length >= most; all = others()) {
      ofTheMost(all, ({ data }) => this.#options.personKey(data))[0]?.end()
    }
  }

  #keep(name: string, data: Data, endsAt: number): Kept<Data> {
    const { clock } = this.#options
    const over = new AbortController()
    // Each stream, decision and run of the session listens, and Node warns from the eleventh
    // listener on.
    setMaxListeners(0, over.signal)
    const end = () => {
      if (over.signal.aborted) return
      cancel()
      this.#sessions.delete(name)
      over.abort()
    }
    const session = { name, data, endsAt, seenAt: clock.now(), ending: over.signal, end }
    let cancel = () => {}
    const wait = () => {
      const left = this.#leftOf(session)
      if (left <= 0) end()
      else cancel = clock.after(left, wait)
    }
    wait()
    return session
  }

  /** Milliseconds until an unseen session ends. */
  #leftOf({ seenAt, endsAt }: Kept<Data>): number {
    const { clock, idleMs } = this.#options
    return Math.min(seenAt + idleMs, endsAt) - clock.now()
  }
}

/** Hashes before comparing: equal lengths, and constant time. */
export function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
