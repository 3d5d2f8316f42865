import type { Clock } from '#lib/kube/transport/clock.ts'
import { createAllowance } from '#lib/server/door/allowance.ts'
import type { LogEntry } from '#lib/server/process-log.ts'

/** Lines of refused sign-ins at once, and milliseconds until one more is written. */
const LINES = { burst: 30, forgiveMs: 3_000 }

/**
 * Logs refused sign-ins. Anybody can cause these lines: a flood must not push decisions out of the
 * record.
 */
export function logRefusedSignIns(
  clock: Clock,
  log: (entry: LogEntry) => void,
): (facts: Readonly<Record<string, string>>) => void {
  const lines = createAllowance(clock.now, LINES)
  return (facts) => {
    if (lines.left === 0) return
    lines.spend()
    log({ event: 'session.refused', ...facts })
  }
}
