import { type Cause, sameCauses } from '#lib/csr/cause.ts'
import { type Clock, stopwatch, timestamp } from '#lib/kube/transport/clock.ts'

export type ReflectorPhase =
  /** Has not listed yet. */
  | 'connecting'
  | 'live'
  /** Was live; the connection is gone and attempts go on. */
  | 'reconnecting'
  /** Was live; nothing heard for 30 s. */
  | 'stale'
  | 'forbidden'
  | 'unauthorized'
  /** Has not listed yet, and cannot get through. */
  | 'unreachable'
  /** The cluster does not have this API. */
  | 'absent'

export interface ReflectorState {
  readonly state: ReflectorPhase
  /** RFC 3339: when it entered this state. */
  readonly since: string
  /** Last time anything was heard from the API server about this resource. */
  readonly lastHeardAt: string | null
  /** The next attempt, while there is one to wait for. */
  readonly retryAt: string | null
  /** Why it is not live; empty while it is. */
  readonly causes: readonly Cause[]
  /** Objects that could not be projected, or that broke what took them in. */
  readonly setAside: number
}

/** Older than this, what is on screen is called stale. */
export const STALE_AFTER_MS = 30_000

/**
 * A watch that is alive says something within 30 s (lib/kube/watch/reflector.ts): whoever has heard nothing for
 * longer has slept, and what has happened meanwhile is not known, whether or not a timer has said so yet.
 */
const SLEPT_AFTER_MS = 35_000

export interface StateKeeper {
  /** As it is this very moment: `stale` before anybody is told. */
  readonly state: ReflectorState
  heard(): void
  enter(phase: ReflectorPhase, facts?: { causes?: readonly Cause[]; retryAt?: number | null }): void
  setAside(count: number): void
  /** No more timers. */
  end(): void
}

/** Tells `listener` of every change of anything but `lastHeardAt`, and turns old into stale. */
export function keepState(clock: Clock, listener: (state: ReflectorState) => void): StateKeeper {
  let lastHeard: number | null = null
  /** How long ago that was, milliseconds. */
  let age = () => 0
  /** The one that `state` tells. */
  let told: number | null = null
  let cancelStale = () => {}
  let state: ReflectorState = {
    state: 'connecting',
    since: timestamp(clock.now()),
    lastHeardAt: null,
    retryAt: null,
    causes: [],
    setAside: 0,
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
      sameCauses(changed.causes, state.causes) &&
      changed.setAside === state.setAside
    state = changed
    if (!same) listener(state)
  }

  function enter(
    phase: ReflectorPhase,
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
      if (told !== lastHeard && lastHeard !== null) {
        told = lastHeard
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
    end: () => cancelStale(),
  }
}
