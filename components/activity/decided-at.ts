import { CLOCK_SKEW_MS } from '#lib/csr/units-of-time.ts'
import type { Times } from '#lib/messages/grammar/time.ts'

/**
 * Time of a decision as its author wrote it. A time in another year or in the future has no age.
 */
export function decidedAt(
  at: string,
  now: number,
  times: Times,
): { readonly moment: string; readonly age: string | null } {
  const time = Date.parse(at)
  const full = times.fullMoment(time)
  if (time > now + CLOCK_SKEW_MS) return { moment: full, age: null }
  const moment = times.exactMoment(time, now)
  const seconds = Math.max(0, now - time) / 1_000
  return { moment, age: moment === full ? null : times.span(seconds) }
}
