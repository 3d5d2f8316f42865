import type { Clock } from '#lib/kube/transport/clock.ts'
import { createGaps } from '#lib/kube/transport/gaps.ts'

/**
 * Milliseconds in which the retries of all people are one, and the reviews of one person's rights.
 */
export const RETRY_GAP_MS = 2_000

/**
 * Retries for the first person who wants that, then for no other until the gap is over. Each
 * person's rights have a gap of their own: another person's retries do not delay them.
 */
export function createRetry<By>(
  clock: Clock,
  retry: {
    /** The person's key, never the same for two people. */
    readonly personKey: (by: By) => string
    /** Reads the server's sources again, for all people. */
    readonly forAll: () => void
    readonly forOne: (by: By) => void
  },
): (by: By) => void {
  const begins = createGaps(clock, RETRY_GAP_MS)
  return (by) => {
    if (begins(null)) retry.forAll()
    if (begins(retry.personKey(by))) retry.forOne(by)
  }
}
