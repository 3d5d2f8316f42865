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

export interface StateKeeper {
  /** The state of this moment: `stale` even before the listener is called. */
  readonly state: ReflectorState
  heard(): void
  enter(phase: SourceState, facts?: { causes?: readonly Cause[]; retryAt?: number | null }): void
  setAside(count: number): void
  leaveOut(leftOut: LeftOut | null): void
  /** Stops the timers. */
  end(): void
}

/** Calls `listener` on every change except of `lastHeardAt`, and turns old data stale. */
export function keepState(clock: Clock, listener: (state: ReflectorState) => void): StateKeeper {
  let lastHeard: number | null = null
  /** Milliseconds since then. */
  let age = () => 0
  /** The `lastHeard` of the current `state`. */
  let heardInState: number | null = null
  let cancelStale = () => {}
  let state: ReflectorState = {
    state: 'connecting',
    since: timestamp(clock.now()),
    lastHeardAt: null,
    retryAt: null,
    causes: [],
    setAside: 0,
    leftOut: null,
  }

  function change(next: Partial<ReflectorState>): void {
    const changed = {
      ...state,
      lastHeardAt: lastHeard === null ? null : timestamp(lastHeard),
      ...next,
    }
    const same =
      changed.state === state.state &&
      changed.retryAt === state.retryAt &&
      sameValue(changed.causes, state.causes) &&
      changed.setAside === state.setAside &&
      sameValue(changed.leftOut, state.leftOut)
    state = changed
    if (!same) listener(state)
  }

  function enter(
    phase: SourceState,
    { causes = [], retryAt = null }: { causes?: readonly Cause[]; retryAt?: number | null } = {},
  ): void {
    cancelStale()
    const stale = phase === 'reconnecting' && age() >= STALE_AFTER_MS
    const entered = stale ? 'stale' : phase
    if (entered === 'reconnecting') {
      cancelStale = clock.after(STALE_AFTER_MS - age(), () =>
        enter('reconnecting', { causes, retryAt }),
      )
    }
    change({
      state: entered,
      since: entered === state.state ? state.since : timestamp(clock.now()),
      causes,
      retryAt: retryAt === null ? null : timestamp(retryAt),
    })
  }

  return {
    get state(): ReflectorState {
      if (heardInState !== lastHeard && lastHeard !== null) {
        heardInState = lastHeard
        state = { ...state, lastHeardAt: timestamp(lastHeard) }
      }
      const isFollowed = state.state === 'live' || state.state === 'reconnecting'
      return isFollowed && age() >= SLEPT_AFTER_MS ? { ...state, state: 'stale' } : state
    },
    heard() {
      lastHeard = clock.now()
      age = stopwatch(clock)
    },
    enter,
    setAside(count) {
      if (count !== state.setAside) change({ setAside: count })
    },
    leaveOut: (leftOut) => change({ leftOut }),
    end: () => cancelStale(),
  }
}
