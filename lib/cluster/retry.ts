import type { Clock } from '#lib/kube/transport/clock.ts'
import { createGaps } from '#lib/kube/transport/gaps.ts'
import { OF_PEOPLE } from '#lib/refusals/limits.ts'

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
  const { ofOne, inAll } = OF_PEOPLE.retries
  const [beginsForAll, beginsForOne] = [createGaps(clock, inAll), createGaps(clock, ofOne)]
  return (by) => {
    if (beginsForAll(null)) retry.forAll()
    if (beginsForOne(retry.personKey(by))) retry.forOne(by)
  }
}
