import { type Clock, sleep } from '#lib/kube/transport/clock.ts'

export interface ReviewQueueOptions {
  readonly clock: Clock
  /** Most reviews under way at the same time. */
  readonly atOnce: number
  /** Milliseconds after which a queued review starts anyway: others may wait for a provider. */
  readonly longestMs: number
}

/** Starts reviews in order of arrival, with a limited number under way. */
export function createReviewQueue({ clock, atOnce, longestMs }: ReviewQueueOptions) {
  let underWay = 0
  const queued = new Set<AbortController>()
  return async <Answer>(review: () => Promise<Answer>): Promise<Answer> => {
    if (underWay >= atOnce) {
      const turn = new AbortController()
      queued.add(turn)
      await sleep(clock, longestMs, turn.signal)
      queued.delete(turn)
    }
    underWay += 1
    try {
      return await review()
    } finally {
      underWay -= 1
      const [next] = queued
      if (next !== undefined && underWay < atOnce) {
        queued.delete(next)
        next.abort()
      }
    }
  }
}
