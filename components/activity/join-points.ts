import { HOUR_SECONDS } from '#lib/csr/units-of-time.ts'
import type { DayOfJoins } from '#lib/wire/join-answers.ts'

/** Heights in pixels. Widths are per cent, so that text keeps its size at any width. */
export const PICTURE = {
  height: 196,
  bars: { top: 14, bottom: 70 },
  spans: { top: 92, bottom: 172 },
} as const

/**
 * Limits of the scale of spans in seconds. The axis is logarithmic and always includes the hour.
 */
const LEAST = 60
const MOST = 3 * HOUR_SECONDS

export interface JoinPoint {
  readonly day: DayOfJoins
  /** Left edge and width of the day in per cent. */
  readonly x: number
  readonly width: number
  /** The bar of joins in time, and the late ones above it; null for none. */
  readonly inTime: { readonly y: number; readonly height: number } | null
  readonly late: { readonly y: number; readonly height: number } | null
  /** Height of the point for machines that began to wait; null for none. */
  readonly waiting: number | null
  /** Heights of the median and of the 95th percentile; null without a known span. */
  readonly p50: number | null
  readonly p95: number | null
  /** Whether the day has a name below the chart; `last`: at the right end. */
  readonly name: 'day' | 'last' | null
}

/** Places of everything in the chart. Bars begin at 0. */
export function joinPicture(days: readonly DayOfJoins[]) {
  const most = roundUp(Math.max(1, ...days.flatMap(({ joined, waiting }) => [joined, waiting])))
  const longest = Math.max(MOST, ...days.map(({ p95 }) => p95 ?? 0))
  const { bars, spans } = PICTURE
  const barHeight = (machines: number) => (machines / most) * (bars.bottom - bars.top)
  const spanAt = (seconds: number) => {
    const share = Math.log(Math.max(LEAST, seconds) / LEAST) / Math.log(longest / LEAST)
    return spans.bottom - share * (spans.bottom - spans.top)
  }
  const width = 100 / days.length
  const namedEach = 7 * Math.ceil(days.length / 35)
  const points = days.map((day, at): JoinPoint => {
    const whole = barHeight(day.joined)
    const late = barHeight(day.late)
    const top = bars.bottom - whole
    const before = days.length - 1 - at
    return {
      day,
      x: at * width,
      width,
      inTime: day.joined > day.late ? { y: top + late, height: whole - late } : null,
      late: day.late > 0 ? { y: top, height: late } : null,
      waiting: day.waiting > 0 ? bars.bottom - barHeight(day.waiting) : null,
      p50: day.p50 === null ? null : spanAt(day.p50),
      p95: day.p95 === null ? null : spanAt(day.p95),
      name: before === 0 ? 'last' : before % namedEach === 0 ? 'day' : null,
    }
  })
  const marks = [most, most / 2, 0].filter(Number.isInteger)
  return {
    points,
    /** Grid lines: the largest number, half of it, and 0. */
    marks: marks.map((machines) => ({ machines, y: bars.bottom - barHeight(machines) })),
    /** Height of a span in seconds. */
    spanAt,
  }
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not smaller. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(count))
  const step = [1, 2, 5, 10].find((times) => times * power >= count) ?? 10
  return step * power
}
