import { type Clock, sleep } from '#lib/kube/transport/clock.ts'

/**
 * Starts reviews in order of arrival, with at most `atOnce` under way. A queued review starts anyway
 * after five seconds: others may wait for a provider.
 */
export function createReviewQueue(clock: Clock, atOnce: number) {
  let underWay = 0
  const queued = new Set<AbortController>()
  return async <Answer>(review: () => Promise<Answer>): Promise<Answer> => {
    if (underWay >= atOnce) {
      const turn = new AbortController()
      queued.add(turn)
      await sleep(clock, 5_000, turn.signal)
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
