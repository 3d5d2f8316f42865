/**
 * Spans and moments as the design writes them. `seconds` are whole seconds, `at` milliseconds since
 * the epoch. Moments are told in the reader's own time zone.
 */

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const two = (value: number) => String(value).padStart(2, '0')

/** `07:42` for what is left; hours stay minutes, because the scale is one hour. */
export function clock(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  return `${two(Math.floor(left / MINUTE))}:${two(left % MINUTE)}`
}

/** One unit, rounded down: `12 s`, `41 min`, `3 h`, `19 d`. */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < MINUTE) return `${whole} s`
  if (whole < 2 * HOUR) return `${Math.floor(whole / MINUTE)} min`
  if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)} h`
  return `${Math.floor(whole / DAY)} d`
}

/** Two units while it is short: `7 min 52 s`, `1 min 04 s`, `1 h 05 min`. */
export function longSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < MINUTE) return `${whole} s`
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`
  if (whole < DAY) {
    return `${Math.floor(whole / HOUR)} h ${two(Math.floor((whole % HOUR) / MINUTE))} min`
  }
  return span(whole)
}

/** ISO 8601 for `<time datetime>`: `PT462S`. */
export function isoSpan(seconds: number): string {
  return `PT${Math.max(0, Math.floor(seconds))}S`
}

const timeOnly = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const timeAndSeconds = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})
const wholeDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'short' })

/** `14:41`; with the day where it is not that of `now`: `22 Nov, 14:41`. */
export function moment(at: number, now: number): string {
  if (!Number.isFinite(at)) return '—'
  return wholeDay.format(at) === wholeDay.format(now) ? timeOnly.format(at) : dayAndTime.format(at)
}

/** `14:51:27`. */
export function exactMoment(at: number): string {
  return Number.isFinite(at) ? timeAndSeconds.format(at) : '—'
}
