import { age } from '#lib/csr/machine/age.ts'
import type { Times } from '#lib/messages/time.ts'

/** Clocks of two machines differ: up to a minute in the future is now. */
const SKEW_MS = 60_000

/**
 * When a decision says that it was made: whoever wrote it chose the time. Where that needs its year
 * to be told, and in the future, it has no age.
 */
export function decidedAt(
  at: string,
  now: number,
  times: Times,
): { readonly moment: string; readonly age: string | null } {
  const time = Date.parse(at)
  const full = times.fullMoment(time)
  if (time > now + SKEW_MS) return { moment: full, age: null }
  const moment = times.exactMoment(time, now)
  return { moment, age: moment === full ? null : age(at, Math.max(time, now)) }
}
