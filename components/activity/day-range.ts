/** Days of a filter as `YYYY-MM-DD`, both included; '' for an open end. */
export interface DayRange {
  readonly from: string
  readonly to: string
}

/**
 * The moments at which the range begins and ends, ISO 8601, by the browser's days. A text that is no
 * day leaves its end open.
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
  return start === null ? null : Date.parse(start) + 12 * 3_600_000
}

/** The first moment of the day, so many days later. A day may have 23 or 25 hours. */
function startOf(text: string, later: number): string | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return null
  const first = new Date(year, month - 1, day)
  // 31 February is a day of March.
  if (first.getFullYear() !== year || first.getMonth() !== month - 1) return null
  return new Date(year, month - 1, day + later).toISOString()
}
