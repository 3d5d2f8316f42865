import { HOUR_MS } from '#lib/csr/units-of-time.ts'

/** Days of a filter as `YYYY-MM-DD`, both included; '' for an open end. */
export interface DayRange {
  readonly from: string
  readonly to: string
}

/**
 * Start and end of the range in ISO 8601, in the browser's time zone. A text that is no day leaves
 * its end open.
 */
export function momentsOf({ from, to }: DayRange): {
  readonly since?: string
  readonly before?: string
} {
  const since = startOf(from, 0)
  const before = startOf(to, 1)
  return { ...(since !== null && { since }), ...(before !== null && { before }) }
}

/** Noon of the day, in milliseconds since the epoch; null for a text that is no day. */
export function noonOf(day: string): number | null {
  const start = startOf(day, 0)
  return start === null ? null : Date.parse(start) + 12 * HOUR_MS
}

/** Start of the day that is `later` days after this one. A day may have 23 or 25 hours. */
function startOf(text: string, later: number): string | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return null
  const first = new Date(year, month - 1, day)
  // 31 February would be a day of March.
  if (first.getFullYear() !== year || first.getMonth() !== month - 1) return null
  return new Date(year, month - 1, day + later).toISOString()
}
