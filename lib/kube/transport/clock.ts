import { HOUR_MS } from '#lib/csr/units-of-time.ts'

/** Time as an argument: code that waits takes a clock, which tests control. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * This machine's own wall clock, which goes on during sleep. Measures durations where `now` is
   * the API server's time.
   */
  hands(): number
  /** Milliseconds since some moment, monotonic. */
  passed(): number
  /** Calls `then` once after `ms` milliseconds; returns its undo. */
  after(ms: number, then: () => void): () => void
}

/**
 * Longest wait by one timer: `setTimeout` allows 24 days at most, and the machine's clock may be set
 * meanwhile.
 */
export const LONGEST_TIMER_MS = HOUR_MS

/** Next later replaces `Date.now` by a slower one. */
const { now } = Date

export const systemClock: Clock = {
  now,
  hands: now,
  passed: () => performance.now(),
  after(ms, then) {
    // A timer takes at least a millisecond: between slices of work a sixth of the time would be
    // idle.
    if (ms <= 0) {
      const turn = setImmediate(then)
      return () => clearImmediate(turn)
    }
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
}

/** Monotonic, so only for durations. */
export const monotonicClock: Clock = { ...systemClock, now: () => performance.now() }

/**
 * Starts a stopwatch; it returns the elapsed milliseconds: by the wall clock, which goes on during
 * sleep, or by the monotonic one, which cannot be set back, whichever is more.
 */
export function stopwatch(clock: Clock): () => number {
  const [hands, passed] = [clock.hands(), clock.passed()]
  return () => Math.max(clock.hands() - hands, clock.passed() - passed)
}

/** Resolves after `ms`, or at once when the signal aborts: the caller checks the signal. */
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

/** Resolves after `ms` of this machine's time; keeps no process alive. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

/** RFC 3339 in UTC, with milliseconds. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString()
}
