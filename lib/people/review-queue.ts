import { type Clock, sleep } from '#lib/kube/transport/clock.ts'

export interface ReviewQueueOptions {
  readonly clock: Clock
  /** Reviews under way at the same time. */
  readonly atOnce: number
  /** Milliseconds after which a queued review begins all the same: others may wait for a provider. */
  readonly longestMs: number
}

/** Begins each review when fewer than so many are under way, first come, first served. */
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
