import type { Clock } from '#lib/kube/transport/clock.ts'

/** Milliseconds in which the retries of all people are one, and reviews of one person's rights. */
export const RETRY_GAP_MS = 2_000

export interface Retry<By> {
  /** Never the same for two people. */
  readonly personOf: (by: By) => string
  /** Reads of the server, which are for all people. */
  readonly forAll: () => void
  readonly forOne: (by: By) => void
}

/**
 * Retries for the first of all people who want that, then for nobody until the gap is over. Each
 * person's rights have a gap of their own: nobody else's retries keep them from being asked for.
 */
export function createRetry<By>(clock: Clock, retry: Retry<By>): (by: By) => void {
  const begins = createGaps(clock)
  return (by) => {
    if (begins(null)) retry.forAll()
    if (begins(retry.personOf(by))) retry.forOne(by)
  }
}

/** Whether a gap of that name begins, as none is under way; null: the name of all people. */
function createGaps(clock: Clock): (name: string | null) => boolean {
  /** Beginnings of the gaps that are under way. */
  const begun = new Map<string | null, number>()
  return (name) => {
    const now = clock.passed()
    for (const [other, at] of begun) if (now - at >= RETRY_GAP_MS) begun.delete(other)
    if (begun.has(name)) return false
    begun.set(name, now)
    return true
  }
}
