import { toLogLine } from '#lib/kube/log/log-line.ts'
import { writeOut } from '#lib/kube/log/standard-output.ts'

export type LogEntry = Readonly<Record<string, unknown>>

/** Writes a line of the log to standard output; resolves when the line is out. */
export function writeLine(entry: LogEntry): Promise<void> {
  return writeOut(`${toLogLine({ time: new Date().toISOString(), ...entry })}\n`)
}

export function logError(error: unknown): void {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${toLogLine({ event: 'error', error: words })}\n`)
}

/** Ends the process as on SIGTERM, with the reason and exit code 1. */
export function endWith(words: string): void {
  process.stderr.write(`countersign: ${words}\n`)
  process.exitCode = 1
  process.emit('SIGTERM')
}
