import { type Clock, systemClock } from '#lib/kube/transport/clock.ts'

/**
 * The API server's time, for comparison with its timestamps: a laptop's clock may be minutes off.
 * It jumps where API servers behind one address differ, so durations use our own clock.
 */
export interface ClusterClock extends Clock {
  /**
   * Learns from an answer's Date header (whole seconds), written between `sentAt` and `receivedAt`
   * by our own clock. A header within the known offset changes nothing.
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
