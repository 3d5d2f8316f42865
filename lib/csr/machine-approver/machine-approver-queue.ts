import { LONGEST_PAUSE } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { SortedTimes } from '#lib/csr/world/sorted-times.ts'

/**
 * Delay by the machine-approver's queue: 20 API calls a second for all requests, four calls a
 * request. Measured: 500 requests at once took 99 s.
 */

/** Creation times of all requests that are or were in the queue. */
type Queued = Pick<SortedTimes, 'countAfter' | 'latest'>

/** Requests that the machine-approver answers in a minute. */
const PER_MINUTE = 300
/** From this many requests on, another minute is added: they take ten seconds. */
const FROM = 50

/** Whole minutes that the queue may add. Counts requests younger than the longest pause. */
export function queueMinutes(queued: Queued, now: number): number {
  const count = queued.countAfter(now - LONGEST_PAUSE)
  return Math.floor((count + PER_MINUTE - FROM) / PER_MINUTE)
}

/** When the minutes change by time alone; null for never. */
export function queueChangesAt(queued: Queued, now: number): number | null {
  const minutes = queueMinutes(queued, now)
  if (minutes === 0) return null
  const latest = queued.latest((minutes - 1) * PER_MINUTE + FROM)
  return latest === null ? null : latest + LONGEST_PAUSE
}
