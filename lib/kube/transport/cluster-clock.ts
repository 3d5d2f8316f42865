import { type Clock, systemClock } from '#lib/kube/transport/clock.ts'

/**
 * Time as the API server has it. Whoever compares with what it wrote (a request's age, the hour that is
 * left of it) and goes by a clock of their own is wrong by as much as the two differ, which on a
 * laptop is minutes now and then, and nobody sees it. Only what time it is: it leaps where API servers behind
 * one address differ, so how long something took goes by our own.
 */
export interface ClusterClock extends Clock {
  /**
   * An answer came with this Date header: the API server wrote it, in whole seconds, at some moment
   * between the two, which are by our own clock. What it does not contradict is left as it is.
   */
  heard(date: unknown, sentAt: number, receivedAt: number): void
}

/** The header is rounded down to a second. */
const RESOLUTION_MS = 1_000

export function createClusterClock(own: Clock = systemClock): ClusterClock {
  /** Added to our own clock, milliseconds. */
  let offset = 0
  return {
    now: () => own.now() + offset,
    hands: own.hands,
    passed: own.passed,
    after: own.after,
    heard(date, sentAt, receivedAt) {
      const at = typeof date === 'string' ? Date.parse(date) : Number.NaN
      if (Number.isNaN(at)) return
      const [least, most] = [at - receivedAt, at + RESOLUTION_MS - sentAt]
      offset = Math.min(Math.max(offset, least), most)
    },
  }
}
