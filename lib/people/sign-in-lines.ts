import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { isBeyond, type Limit } from '#lib/refusals/limits.ts'

/**
 * Logs sign-ins: a limited number of lines a minute for one address or person, and for all: a flood
 * must not push decisions out of the record. Further ones are counted, and the counts logged at the
 * minute's end. Returns whether the line was logged.
 */
export function createSignInLines(
  clock: Clock,
  log: (entry: LogEntry) => void,
  limit: Required<Pick<Limit, 'ofOne' | 'inAll'>>,
): (caller: string, entry: LogEntry) => boolean {
  /** Lines of this minute by caller. */
  const logged = new Map<string, number>()
  /** Lines of this minute that were only counted, by event. */
  const counts = new Map<string, number>()
  let all = 0

  function endMinute(): void {
    if (counts.size > 0) log({ event: 'session.more', counts: Object.fromEntries(counts) })
    logged.clear()
    counts.clear()
    all = 0
  }

  return (caller, entry) => {
    if (all === 0) clock.after(MINUTE_MS, endMinute)
    const theirs = logged.get(caller) ?? 0
    if (isBeyond(limit, theirs, all)) {
      const event = String(entry.event)
      counts.set(event, (counts.get(event) ?? 0) + 1)
      return false
    }
    all += 1
    logged.set(caller, theirs + 1)
    log(entry)
    return true
  }
}
