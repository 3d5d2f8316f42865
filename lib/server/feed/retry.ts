import type { Clock } from '#lib/kube/transport/clock.ts'

/** Milliseconds in which the retries of all people are one. */
export const RETRY_GAP_MS = 2_000

/** Retries for the first of all people who want that, then for nobody until the gap is over. */
export function createRetry<By>(clock: Clock, retry: (by: By) => void): (by: By) => void {
  let last = Number.NEGATIVE_INFINITY
  return (by) => {
    if (clock.passed() - last < RETRY_GAP_MS) return
    last = clock.passed()
    retry(by)
  }
}
