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
  /** Machines that filed their first request; renewals do not count. */
  readonly waiting: number
  /** Machines that became Ready. */
  readonly joined: number
  /** Joined machines that took longer than the documented hour. */
  readonly late: number
  /**
   * Seconds from the first request to Ready, of the fastest half and of 95 of 100; null without a
   * join.
   */
  readonly p50: number | null
  readonly p95: number | null
  /** Seconds of the slowest join; null without one. */
  readonly longest: number | null
}

export interface DayOfJoins extends Joins {
  /** `YYYY-MM-DD` in the reader's time zone. */
  readonly day: string
}

/** Numbers of days that a picture can show. */
export const JOIN_PERIODS = [30, 90, 365] as const
