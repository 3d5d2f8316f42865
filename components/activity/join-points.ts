import type { DayOfJoins } from '#lib/query/domain-types.ts'

/** Heights in pixels; widths are per cent, so that text stays text at any width. */
export const PICTURE = {
  height: 196,
  bars: { top: 14, bottom: 70 },
  spans: { top: 92, bottom: 172 },
} as const

/** Seconds of the grid of spans: the axis is logarithmic and always has the hour. */
const LEAST = 60
const MOST = 3 * 3_600

export interface JoinPoint {
  readonly day: DayOfJoins
  /** Left edge and width of the day, per cent. */
  readonly x: number
  readonly width: number
  /** Top of the bar of those in time, and of the late ones above it; null without one. */
  readonly inTime: { readonly y: number; readonly height: number } | null
  readonly late: { readonly y: number; readonly height: number } | null
  /** Height of those that began to wait; null for none. */
  readonly waiting: number | null
  /** Heights of half of them and of 95 of 100; null without a known span. */
  readonly p50: number | null
  readonly p95: number | null
  /** Whether the day is named below the picture; `last`: at its right end. */
  readonly name: 'day' | 'last' | null
}

export interface JoinPicture {
  readonly points: readonly JoinPoint[]
  /** Numbers of machines with a line: the most, half of them and 0. */
  readonly marks: readonly { readonly machines: number; readonly y: number }[]
  /** Height of a span in seconds. */
  readonly spanAt: (seconds: number) => number
}

/** Places of everything drawn. Bars begin at 0. */
export function joinPicture(days: readonly DayOfJoins[]): JoinPicture {
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
    marks: marks.map((machines) => ({ machines, y: bars.bottom - barHeight(machines) })),
    spanAt,
  }
}

/** 1, 2, 5, 10, 20, 50 …: the next that is not less. */
function roundUp(count: number): number {
  const power = 10 ** Math.floor(Math.log10(count))
  const step = [1, 2, 5, 10].find((times) => times * power >= count) ?? 10
  return step * power
}
