import {
  DAY_SECONDS as DAY,
  HOUR_SECONDS as HOUR,
  MINUTE_SECONDS as MINUTE,
  YEAR_SECONDS as YEAR,
} from '#lib/csr/units-of-time.ts'

/**
 * kubectl's AGE column for a timestamp (RFC 3339) at `now` (milliseconds since the epoch);
 * `<unknown>` for an unreadable timestamp.
 */
export function age(createdAt: string, now: number): string {
  const created = Date.parse(createdAt)
  return Number.isNaN(created) ? '<unknown>' : humanDuration((now - created) / 1000)
}

/** kubectl's REQUESTEDDURATION column. */
export function requestedDuration(expirationSeconds: number | null): string {
  return expirationSeconds === null ? '<none>' : humanDuration(expirationSeconds)
}

/**
 * Seconds in words, to the letter of `HumanDuration` in k8s.io/apimachinery/pkg/util/duration:
 * two units while the first is small, then one.
 */
export function humanDuration(durationSeconds: number): string {
  const seconds = Math.trunc(durationSeconds)
  // Clocks differ: up to a second in the future counts as now.
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 2 * MINUTE) return `${seconds}s`
  if (seconds < 10 * MINUTE) return pair(seconds, MINUTE, 'm', 1, 's')
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`
  if (seconds < 8 * HOUR) return pair(seconds, HOUR, 'h', MINUTE, 'm')
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`
  if (seconds < 8 * DAY) return pair(seconds, DAY, 'd', HOUR, 'h')
  if (seconds < 2 * YEAR) return `${Math.floor(seconds / DAY)}d`
  if (seconds < 8 * YEAR) return pair(seconds, YEAR, 'y', DAY, 'd')
  return `${Math.floor(seconds / YEAR)}y`
}

/** `5m30s`, but `5m` instead of `5m0s`. */
function pair(seconds: number, big: number, bigName: string, small: number, smallName: string) {
  const rest = Math.floor((seconds % big) / small)
  const whole = `${Math.floor(seconds / big)}${bigName}`
  return rest === 0 ? whole : `${whole}${rest}${smallName}`
}
