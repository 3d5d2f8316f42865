import type { RecordStanding } from '#lib/wire/views.ts'

/** `GET /api/activity/joins`: machines that became Ready, by day. */
export interface JoinsAnswer {
  readonly serverTime: string
  /** Null where no record is kept: then no day has a join. */
  readonly record: RecordStanding | null
  /** The earliest first; every day of the period, also without a join. */
  readonly days: readonly DayOfJoins[]
  /** Over the whole period. */
  readonly all: Joins
}

export interface Joins {
  /** Machines whose first request was filed; a renewal is none. */
  readonly waiting: number
  /** Machines that became Ready. */
  readonly joined: number
  /** Those that took longer than the documented hour. */
  readonly late: number
  /** Seconds from the first request to Ready, for half of them and for 95 of 100; null without one. */
  readonly p50: number | null
  readonly p95: number | null
  /** Seconds of the one that took the longest; null without one. */
  readonly longest: number | null
}

export interface DayOfJoins extends Joins {
  /** `YYYY-MM-DD` in the reader's time zone. */
  readonly day: string
}

/** Days of a picture. */
export const JOIN_PERIODS = [30, 90, 365] as const
