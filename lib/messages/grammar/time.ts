import {
  DAY_SECONDS as DAY,
  HOUR_SECONDS as HOUR,
  MINUTE_SECONDS as MINUTE,
} from '#lib/csr/units-of-time.ts'

/**
 * Spans and moments in the reader's own time zone. `seconds` are whole seconds, `at` is
 * milliseconds since the epoch.
 */

const two = (value: number) => String(value).padStart(2, '0')

/** Time left, such as `07:42`. Hours are shown as minutes, because the scale is one hour. */
export function clock(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  return `${two(Math.floor(left / MINUTE))}:${two(left % MINUTE)}`
}

/** ISO 8601 for `<time datetime>`: `PT462S`. */
export function isoSpan(seconds: number): string {
  return `PT${Math.max(0, Math.floor(seconds))}S`
}

/** How a language writes spans and moments. */
export interface Times {
  /** One unit, rounded down: `12 s`, `41 min`, `3 h`, `19 d`. */
  span(seconds: number): string
  /** Two units for a short span: `7 min 52 s`, `1 min 04 s`, `1 h 05 min`. */
  longSpan(seconds: number): string
  /** `14:41`. Another day than that of `now` is named, `22 Nov, 14:41`, and another year, too. */
  moment(at: number, now: number): string
  /** `22 Nov 2026, 14:41`. */
  fullMoment(at: number): string
  /** `14:51:27`; another day than that of `now` as in `moment`. */
  exactMoment(at: number, now: number): string
  /** A full moment to compare with a log: `22 Nov 2026, 14:51:27 GMT+1`. */
  stamp(at: number): string
  /** `22 Nov`. */
  day(at: number): string
  /** `22 Nov 2026`. */
  date(at: number): string
  /** `14:51:27`, or `22 Nov` on another day: for narrow places. */
  timeOrDay(at: number, now: number): string
}

interface Format {
  readonly format: (at: number) => string
}

const yearOf = (at: number) => new Date(at).getFullYear()

/** `locale` gives the order of day and month, and the names of months. */
export function timesIn(
  locale: string,
  unit: {
    readonly second: string
    readonly minute: string
    readonly hour: string
    readonly day: string
  },
): Times {
  /** Created at its first use: seven formats cost a page 20 ms when it opens. */
  const format = (options: Intl.DateTimeFormatOptions): Format => {
    let made: Format | null = null
    return {
      format(at) {
        made ??= new Intl.DateTimeFormat(locale, options)
        return made.format(at)
      },
    }
  }
  const dayOnly = { day: 'numeric', month: 'short' } as const
  const timeOnly = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const time = format(timeOnly)
  const timeAndSeconds = format({ ...timeOnly, second: '2-digit' })
  const dayAndTime = format({ ...dayOnly, ...timeOnly })
  const full = format({ ...dayOnly, year: 'numeric', ...timeOnly })
  const stamp = format({
    ...dayOnly,
    year: 'numeric',
    ...timeOnly,
    second: '2-digit',
    timeZoneName: 'short',
  })
  const wholeDay = format({ dateStyle: 'short' })
  const day = format(dayOnly)
  const dated = format({ ...dayOnly, year: 'numeric' })
  const dayOf = (at: number) => (Number.isFinite(at) ? day.format(at) : '—')
  const fullMoment = (at: number) => (Number.isFinite(at) ? full.format(at) : '—')

  function momentOf(at: number, now: number, today: Format): string {
    if (!Number.isFinite(at)) return '—'
    if (wholeDay.format(at) === wholeDay.format(now)) return today.format(at)
    return yearOf(at) === yearOf(now) ? dayAndTime.format(at) : full.format(at)
  }

  function span(seconds: number): string {
    const whole = Math.max(0, Math.floor(seconds))
    if (whole < MINUTE) return `${whole} ${unit.second}`
    if (whole < 2 * HOUR) return `${Math.floor(whole / MINUTE)} ${unit.minute}`
    if (whole < 2 * DAY) return `${Math.floor(whole / HOUR)} ${unit.hour}`
    return `${Math.floor(whole / DAY)} ${unit.day}`
  }
  return {
    span,
    longSpan(seconds) {
      const whole = Math.max(0, Math.floor(seconds))
      const minutes = Math.floor(whole / MINUTE)
      if (whole < MINUTE || whole >= DAY) return span(whole)
      if (whole < HOUR) return `${minutes} ${unit.minute} ${two(whole % MINUTE)} ${unit.second}`
      const hours = Math.floor(whole / HOUR)
      return `${hours} ${unit.hour} ${two(minutes % MINUTE)} ${unit.minute}`
    },
    moment: (at, now) => momentOf(at, now, time),
    fullMoment,
    exactMoment: (at, now) => momentOf(at, now, timeAndSeconds),
    stamp: (at) => (Number.isFinite(at) ? stamp.format(at) : '—'),
    day: dayOf,
    date: (at) => (Number.isFinite(at) ? dated.format(at) : '—'),
    timeOrDay: (at, now) =>
      Math.abs(now - at) < DAY * 1_000 ? timeAndSeconds.format(at) : dayOf(at),
  }
}
