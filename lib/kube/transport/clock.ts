/** Time as an argument: what waits takes a clock, so that tests turn the hands themselves. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * The same by this machine's own clock, which goes on while it sleeps: for how long something took where
   * `now` is another's, and what that one says of the time moves no duration.
   */
  hands(): number
  /** Milliseconds that have passed since some moment, whatever anybody sets a clock to. */
  passed(): number
  /** Calls `then` once, `ms` milliseconds from now; the answer takes it back. */
  after(ms: number, then: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  hands: () => Date.now(),
  passed: () => performance.now(),
  after(ms, then) {
    // A timer lasts a millisecond at least: between slices of work a sixth of the time would pass idle.
    if (ms <= 0) {
      const turn = setImmediate(then)
      return () => clearImmediate(turn)
    }
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}

/** Nobody can set it: for how much time has passed, never for what time it is. */
export const monotonicClock: Clock = { ...systemClock, now: () => performance.now() }

/**
 * Starts one; it answers how long ago that was, milliseconds: by the hands, which go on while the machine
 * sleeps, or by what has passed, which nobody can set back, whichever is more.
 */
export function stopwatch(clock: Clock): () => number {
  const [hands, passed] = [clock.hands(), clock.passed()]
  return () => Math.max(clock.hands() - hands, clock.passed() - passed)
}

/** Resolves after `ms`, or at once when the signal aborts: the caller looks at the signal. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve()
      return
    }
    const done = () => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal?.addEventListener('abort', done, { once: true })
  })
}

/** RFC 3339 in UTC, as the API server writes its timestamps. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
