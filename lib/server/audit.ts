import { toLogLine } from '#lib/kube/log-line.ts'
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
  /** With `decision.end`. */
  readonly outcome?: Outcome
  readonly detail?: string
}

export interface AuditLog {
  /**
   * Resolves when the line has been written. Those of one turn of the event loop are written
   * together: on a pipe each write is a system call that everything waits for.
   */
  record(entry: AuditEntry): Promise<void>
}

/** One JSON line an entry, whatever is in it. */
export function createAuditLog(write: (lines: string) => void, now: () => number): AuditLog {
  let lines = ''
  let written: Promise<void> | null = null

  function writeAll(): void {
    const all = lines
    lines = ''
    written = null
    // Should this throw, nothing catches it: without its log the process does not go on.
    write(all)
  }

  return {
    record(entry) {
      lines += `${toLogLine({ time: new Date(now()).toISOString(), ...entry })}\n`
      written ??= new Promise((resolve) => {
        setImmediate(() => {
          writeAll()
          resolve()
        })
      })
      return written
    },
  }
}
