import type { Cause } from '#lib/csr/cause.ts'
import type { SourceState } from '#lib/csr/model.ts'
import { sameValue } from '#lib/csr/same-value.ts'
import { type Clock, stopwatch, timestamp } from '#lib/kube/transport/clock.ts'

export interface ReflectorState {
  readonly state: SourceState
  /** RFC 3339: when this state began. */
  readonly since: string
  /** When the API server last sent something about this resource. */
  readonly lastHeardAt: string | null
  /** Time of the next attempt; null while none is scheduled. */
  readonly retryAt: string | null
  /** Why it is not live; empty while live. */
  readonly causes: readonly Cause[]
  /** Number of unreadable objects, and of objects that broke their store. */
  readonly setAside: number
  /** Objects that are not followed because there are too many; null while all are. */
  readonly leftOut: LeftOut | null
}

export interface LeftOut {
  /** Most objects that are followed. */
  readonly most: number
  /** Signers of these objects; empty where they have too many to name. */
  readonly signers: readonly string[]
  /** All objects of the API, those of other sources included; null where it does not count them. */
  readonly total: number | null
}

/** Milliseconds after which shown data is stale. */
export const STALE_AFTER_MS = 30_000

/**
 * A live watch sends something within 30 s (lib/kube/watch/reflector.ts): a longer silence means
 * that the machine slept, even before a timer fires.
 */
const SLEPT_AFTER_MS = 35_000

/** Keeps a source's state: calls `listener` on every change except of `lastHeardAt`. */
export class StateKeeper {
  readonly #clock: Clock
  readonly #listener: (state: ReflectorState) => void
  /** Milliseconds since the API server was heard. */
  #age = () => 0
  #cancelStale = () => {}
  #state: ReflectorState

  constructor(clock: Clock, listener: (state: ReflectorState) => void) {
    this.#clock = clock
    this.#listener = listener
    this.#state = connecting(timestamp(clock.now()))
  }

  /** The state of this moment: `stale` even before the listener is called. */
  get state(): ReflectorState {
    const { state } = this.#state
    const isFollowed = state === 'live' || state === 'reconnecting'
    return isFollowed && this.#age() >= SLEPT_AFTER_MS
      ? { ...this.#state, state: 'stale' }
      : this.#state
  }

  heard(): void {
    this.#state = { ...this.#state, lastHeardAt: timestamp(this.#clock.now()) }
    this.#age = stopwatch(this.#clock)
  }

  /** Enters a state; data that is too old is stale instead. `retryAt`: the next attempt. */
  enter(
    phase: SourceState,
    { causes = [], retryAt = null }: { causes?: readonly Cause[]; retryAt?: number | null } = {},
  ): void {
    this.#cancelStale()
    const stale = phase === 'reconnecting' && this.#age() >= STALE_AFTER_MS
    const state = stale ? 'stale' : phase
    if (state === 'reconnecting') {
      this.#cancelStale = this.#clock.after(STALE_AFTER_MS - this.#age(), () =>
        this.enter('reconnecting', { causes, retryAt }),
      )
    }
    this.#change({
      state,
      since: state === this.#state.state ? this.#state.since : timestamp(this.#clock.now()),
      causes,
      retryAt: retryAt === null ? null : timestamp(retryAt),
    })
  }

  setAside(setAside: number): void {
    if (setAside !== this.#state.setAside) this.#change({ setAside })
  }

  leaveOut(leftOut: LeftOut | null): void {
    this.#change({ leftOut })
  }

  /** Stops the timers. */
  end(): void {
    this.#cancelStale()
  }

  #change(next: Partial<ReflectorState>): void {
    const before = this.#state
    const changed = { ...before, ...next }
    this.#state = changed
    const isSame =
      changed.state === before.state &&
      changed.retryAt === before.retryAt &&
      sameValue(changed.causes, before.causes) &&
      changed.setAside === before.setAside &&
      sameValue(changed.leftOut, before.leftOut)
    if (!isSame) this.#listener(changed)
  }
}

/** The state before a reflector's first report. */
export function connecting(since: string): ReflectorState {
  return {
    state: 'connecting',
    since,
    lastHeardAt: null,
    retryAt: null,
    causes: [],
    setAside: 0,
    leftOut: null,
  }
}
