import { packNumbers, unpackNumbers } from '#lib/live/columns.ts'

/**
 * Columns of timestamps. They travel as whole seconds, each as the distance from a base that the
 * reader knows already: the time before it, or another time of the same row.
 */
export interface TimeColumn {
  /** Distances from the bases in seconds, as packed numbers. */
  readonly v: string
  /** What all times end with: `Z` as the API server writes them, or `.000Z`. */
  readonly e: string
  /** `[index, text]` of the times that are written otherwise. */
  readonly x: readonly (readonly [number, string])[]
}

/** `base` answers seconds since the epoch, or 0 where there is none. */
export function packTimes(
  values: readonly (string | null)[],
  base: (index: number) => number,
): TimeColumn {
  const e = values.some((value) => value?.endsWith('.000Z') === true) ? '.000Z' : 'Z'
  const x: [number, string][] = []
  const distances = values.map((value, index) => {
    if (value === null) return null
    const seconds = commonSeconds(value, e)
    if (seconds !== null) return seconds - base(index)
    x.push([index, value])
    return secondsOf(value) - base(index)
  })
  return { v: packNumbers(distances), e, x }
}

/** The times as text, and as the seconds that other columns take for their base. */
export interface Times {
  readonly texts: readonly (string | null)[]
  readonly seconds: readonly number[]
}

/** `base` is asked for each index in turn, with the seconds of the times before it. */
export function unpackTimes(
  { v, e, x }: TimeColumn,
  base: (index: number, seconds: readonly number[]) => number,
): Times {
  const distances = unpackNumbers(v)
  const seconds: number[] = []
  for (let index = 0; index < distances.length; index += 1) {
    const distance = distances[index] ?? null
    seconds.push(distance === null ? 0 : base(index, seconds) + distance)
  }
  const texts = toTimes(seconds, distances, e)
  for (const [index, text] of x) texts[index] = text
  return { texts, seconds }
}

/** Seconds since the epoch; 0 for what is no time, so that it can still serve as a base. */
export function secondsOf(time: string | null | undefined): number {
  if (time === null || time === undefined) return 0
  const end = time.length === 20 ? 'Z' : '.000Z'
  return commonSeconds(time, end) ?? (Math.floor(Date.parse(time) / 1000) || 0)
}

const DAY = 86_400
const ZERO = 48
/** Seconds of midnight by date, null for what is none: few dates stand for very many times. */
const midnights = new Map<string, number | null>()
/** The other way round: the eleven bytes `YYYY-MM-DDT` by day. */
const dates = new Map<number, Uint8Array>()
/** Old dates are forgotten all at once: whoever sends more does not come from one cluster. */
const MOST_DATES = 5_000

/**
 * Seconds of a time in exactly the form `YYYY-MM-DDTHH:MM:SS` and the end; null for any other.
 * Read by hand, because Date.parse for each of 100,000 would be felt.
 */
function commonSeconds(time: string, end: string): number | null {
  if (time.length !== 19 + end.length || !time.endsWith(end)) return null
  const midnight = midnightOf(time.slice(0, 11))
  const [hours, minutes, seconds] = [two(time, 11), two(time, 14), two(time, 17)]
  const inRange = hours < 24 && minutes < 60 && seconds < 60
  if (midnight === null || !inRange || time[13] !== ':' || time[16] !== ':') return null
  return midnight + 3600 * hours + 60 * minutes + seconds
}

function midnightOf(date: string): number | null {
  const known = midnights.get(date)
  if (known !== undefined) return known
  const ms = Date.parse(`${date}00:00:00Z`)
  const exact = !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 11) === date
  const midnight = exact ? ms / 1000 : null
  if (midnights.size >= MOST_DATES) midnights.clear()
  midnights.set(date, midnight)
  return midnight
}

/** Infinity for what are not two digits. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO
  const ones = text.charCodeAt(at + 1) - ZERO
  const digits = tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9
  return digits ? 10 * tens + ones : Number.POSITIVE_INFINITY
}

const ascii = new TextDecoder()

/**
 * RFC 3339 in UTC. All are written into one text and cut out of it, which makes no garbage: at
 * 10,000 rows making it was half of the work. Null where `present` is null.
 */
function toTimes(
  seconds: readonly number[],
  present: readonly (number | null)[],
  end: string,
): (string | null)[] {
  const width = 19 + end.length
  const bytes = new Uint8Array(width * seconds.length)
  const template = new TextEncoder().encode(`2026-01-01T00:00:00${end}`)
  let day = Number.NaN
  const put = (at: number, number: number) => {
    bytes[at] = ZERO + Math.floor(number / 10)
    bytes[at + 1] = ZERO + (number % 10)
  }
  for (let index = 0; index < seconds.length; index += 1) {
    if (present[index] === null) continue
    const at = seconds[index] ?? 0
    const thisDay = Math.floor(at / DAY)
    if (thisDay !== day) {
      template.set(dateOf(thisDay))
      day = thisDay
    }
    const rest = at - day * DAY
    const start = width * index
    bytes.set(template, start)
    put(start + 11, Math.floor(rest / 3600))
    put(start + 14, Math.floor(rest / 60) % 60)
    put(start + 17, rest % 60)
  }
  const all = ascii.decode(bytes)
  return seconds.map((_, index) =>
    present[index] === null ? null : all.slice(width * index, width * (index + 1)),
  )
}

/** Of any day that ten characters can name; what has none came as an exception anyway. */
function dateOf(day: number): Uint8Array {
  const known = dates.get(day)
  if (known !== undefined) return known
  const date = new Date(day * DAY * 1000)
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, -13)
  const bytes = new TextEncoder().encode(text.length === 11 ? text : '0000-01-01T')
  if (dates.size >= MOST_DATES) dates.clear()
  dates.set(day, bytes)
  return bytes
}

// ── Times that repeat another time of the row ────────────────────────────────────────────────

export interface EchoColumn {
  /** Which of the row's candidates it is; null for none; -1 for `x`. Packed numbers. */
  readonly v: string
  readonly x: readonly (readonly [number, string])[]
}

/** A row's candidate; undefined beyond the last. */
export type Candidate = (index: number, which: number) => string | null | undefined

export function packEchoes(values: readonly (string | null)[], candidate: Candidate): EchoColumn {
  const x: [number, string][] = []
  const v = values.map((value, index) => {
    if (value === null) return null
    for (let which = 0; ; which += 1) {
      const text = candidate(index, which)
      if (text === value) return which
      if (text === undefined) break
    }
    x.push([index, value])
    return -1
  })
  return { v: packNumbers(v), x }
}

export function unpackEchoes({ v, x }: EchoColumn, candidate: Candidate): (string | null)[] {
  const texts = unpackNumbers(v).map((which, index) =>
    which === null || which < 0 ? null : (candidate(index, which) ?? null),
  )
  for (const [index, text] of x) texts[index] = text
  return texts
}
