import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import { WRITTEN_OUTCOMES } from '#lib/journal/record-store.ts'
import type { LogEntry } from '#lib/kube/log/process-log.ts'
import type { Clock } from '#lib/kube/transport/clock.ts'
import { isBeyond, OF_PEOPLE } from '#lib/refusals/limits.ts'

/**
 * Bounds what one person, and all people, can put into the record by tries that change nothing.
 * Standard output has them all. Each minute `onLeftOut` gets how many were left out of each person's.
 */
export function createLineLimit(clock: Clock, onLeftOut: (who: string, count: number) => void) {
  /** Lines of this minute by person; `unrecorded`: tries whose first line was left out. */
  const minutes = new Map<string, ReturnType<typeof newMinute>>()
  let linesInAll = 0
  let cancel: (() => void) | null = null

  function end(): void {
    cancel?.()
    cancel = null
    for (const [who, { leftOut }] of minutes) if (leftOut > 0) onLeftOut(who, leftOut)
    minutes.clear()
    linesInAll = 0
  }

  return {
    /** Takes a line; returns whether it is recorded. */
    takes(line: LogEntry): boolean {
      const { who, event, requestId, uid } = line
      if (typeof who !== 'string' || !String(event).startsWith('decision.')) return true
      cancel ??= clock.after(MINUTE_MS, end)
      const minute = minutes.get(who) ?? newMinute()
      minutes.set(who, minute)
      const attempt = `${String(requestId)} ${String(uid)}`
      if (event === 'decision.end') {
        const isRecorded = !minute.unrecorded.delete(attempt)
        const isWrite = hasWritten(line)
        if (isRecorded && isWrite) {
          minute.lines -= 1
          linesInAll -= 1
        }
        if (isRecorded || isWrite) return true
      } else if (!isBeyond(OF_PEOPLE.recordedTries, minute.lines, linesInAll)) {
        minute.lines += 1
        linesInAll += 1
        return true
      } else {
        minute.unrecorded.add(attempt)
      }
      minute.leftOut += 1
      return false
    },
    /** Reports now what was left out. */
    stop: end,
  }
}

function newMinute() {
  return { lines: 0, leftOut: 0, unrecorded: new Set<string>() }
}

/** Whether the line is of a decision, or of a proposal that the try created. */
function hasWritten({ outcome, proposal }: LogEntry): boolean {
  return proposal !== undefined || WRITTEN_OUTCOMES.some((written) => written === outcome)
}
