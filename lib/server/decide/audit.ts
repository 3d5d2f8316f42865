import { toLogLine } from '#lib/kube/log-line.ts'
import { type Clock, timestamp } from '#lib/kube/transport/clock.ts'
import type { Decision, Outcome } from '#lib/live/wire.ts'

/** What is said of a decision, before it is tried and after. Never a credential. */
export interface AuditEntry {
  readonly event: 'decision.begin' | 'decision.end'
  /** Names the HTTP request and stands in the condition's message: one thread through all logs. */
  readonly requestId: string
  /** The user name as the API server sees it. */
  readonly who: string
  readonly decision: Decision
  readonly uid: string
  readonly name: string
  readonly node: string | null
  readonly signer: string
  readonly fingerprint: string
  readonly note: string | null
  /** Of a run's batch. */
  readonly run?: string
  /** With `decision.end`. */
  readonly outcome?: Outcome
  readonly detail?: string
}

export interface AuditLog {
  /** Resolves when the line has been written: what it announces waits for that. */
  record(entry: AuditEntry): Promise<void>
}

/**
 * Writes are so far apart: each is a system call that everything waits for, and wakes whoever reads.
 * The first one after a pause waits for nothing but the end of its turn of the event loop.
 */
export const WRITES_APART_MS = 4

/**
 * One JSON line an entry, whatever is in it; those of a bulk are written some at a time. `write`
 * resolves when the lines are out, and never where they cannot be.
 */
export function createAuditLog(write: (lines: string) => Promise<void>, clock: Clock): AuditLog {
  let lines = ''
  let written: Promise<void> | null = null
  let lastAt = Number.NEGATIVE_INFINITY

  function writeAll(): Promise<void> {
    const all = lines
    lines = ''
    written = null
    lastAt = clock.now()
    return write(all)
  }

  return {
    record(entry) {
      lines += `${toLogLine({ time: timestamp(clock.now()), ...entry })}\n`
      written ??= new Promise((resolve) => {
        const writeNow = () => resolve(writeAll())
        const wait = lastAt + WRITES_APART_MS - clock.now()
        // The machine's clock may be set back.
        if (wait > 0) clock.after(Math.min(wait, WRITES_APART_MS), writeNow)
        else setImmediate(writeNow)
      })
      return written
    },
  }
}
