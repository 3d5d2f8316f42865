import { LONGEST_PAUSE } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { SortedTimes } from '#lib/csr/world/sorted-times.ts'

/**
 * How long the machine-approver's queue is: it makes 20 calls a second for all requests together,
 * four for each, so that 500 requests at once took it 99 s.
 */

/** When each request was made that is in its queue or was, however long ago. */
type Queued = Pick<SortedTimes, 'countAfter' | 'latest'>

/** So many requests it works through in a minute. */
const PER_MINUTE = 300
/** From so many on another minute is allowed for: they take it ten seconds. */
const FROM = 50

/** Whole minutes that its queue may add to its answer: requests that are younger than its longest pause. */
export function queueMinutes(queued: Queued, now: number): number {
  const count = queued.countAfter(now - LONGEST_PAUSE)
  return Math.floor((count + PER_MINUTE - FROM) / PER_MINUTE)
}

/** When requests grow older and that changes by time alone; null for never. */
export function queueChangesAt(queued: Queued, now: number): number | null {
  const minutes = queueMinutes(queued, now)
  if (minutes === 0) return null
  const latest = queued.latest((minutes - 1) * PER_MINUTE + FROM)
  return latest === null ? null : latest + LONGEST_PAUSE
}
