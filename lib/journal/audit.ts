import { toLogLine } from '#lib/kube/log/log-line.ts'
import { type Clock, timestamp } from '#lib/kube/transport/clock.ts'
import type { Decision, Outcome } from '#lib/wire/wire.ts'

/** Log line of a decision, before each try and after. Never a credential. */
export interface AuditEntry {
  readonly event: 'decision.begin' | 'decision.end'
  /** Id of the HTTP request, also in the condition's message: connects all logs. */
  readonly requestId: string
  /** The username as the API server knows it. */
  readonly who: string
  readonly decision: Decision
  readonly uid: string
  readonly name: string
  readonly node: string | null
  readonly signer: string
  readonly fingerprint: string
  readonly note: string | null
  /** Id of the run, where the line is of a run's batch. */
  readonly run?: string
  /** The outcome, with `decision.end` only. */
  readonly outcome?: Outcome
  readonly detail?: string
  /** Id of the write in the API server's audit log. */
  readonly auditId?: string
  /** Name of the proposal that this try created. */
  readonly proposal?: string
}

export interface AuditLog {
  /** Records a line; resolves when it is written: the decision waits for it. */
  record(entry: AuditEntry): Promise<void>
}

/**
 * Shortest interval between writes: each is a blocking system call. The first one after a pause is
 * written at the end of the event loop's turn.
 */
export const WRITES_APART_MS = 10

/**
 * A log of one JSON line an entry, several of a bulk in one write. `write` resolves when the lines
 * are out, and never if they cannot be written.
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
