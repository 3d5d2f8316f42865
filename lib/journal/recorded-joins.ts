import { DAY_MS, MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RecordStore } from '#lib/journal/sql-store.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import type { DayOfJoins, Joins, JoinsAnswer } from '#lib/wire/join-answers.ts'

type StoredJoins = Awaited<ReturnType<RecordStore['joins']>>[number]

/**
 * Joins by day from the record. Without a record, or while it cannot be read, the days have no
 * joins.
 */
export async function recordedJoins(
  record: Pick<RunningRecord, 'read' | 'standing'>,
  asked: {
    readonly days: number
    /** Minutes that the reader's clock is ahead of UTC. */
    readonly offset: number
  },
  now: number,
): Promise<JoinsAnswer> {
  const ahead = asked.offset * MINUTE_MS
  const today = Math.floor((now + ahead) / DAY_MS)
  const first = today - asked.days + 1
  const since = first * DAY_MS - ahead
  const read = await record.read((store) =>
    Promise.all([store.joins(since, ahead), store.arrivals(since, ahead)]),
  )
  const [joins, arrivals] = read ?? [[], new Map<number, number>()]
  const joinsOfDay = Map.groupBy(joins, ({ day }) => day)
  const days = Array.from({ length: asked.days }, (_, index): DayOfJoins => {
    const day = first + index
    return {
      day: timestamp(day * DAY_MS).slice(0, 10),
      ...joinsOf(joinsOfDay.get(day) ?? [], arrivals.get(day) ?? 0),
    }
  })
  const all = joinsOf(joins, sum(arrivals.values()))
  return { serverTime: timestamp(now), record: record.standing(), days, all }
}

function joinsOf(joins: readonly StoredJoins[], waiting: number): Joins {
  const timed = joins
    .filter(({ seconds }) => seconds !== null)
    .sort((a, b) => Number(a.seconds) - Number(b.seconds))
  return {
    waiting,
    joined: sum(joins.map(({ joined }) => joined)),
    late: sum(joins.map(({ late }) => late)),
    p50: secondsOf(timed, 0.5),
    p95: secondsOf(timed, 0.95),
    longest: secondsOf(timed, 1),
  }
}

/** Seconds within which that share of the joins took place, by nearest rank. */
function secondsOf(timed: readonly StoredJoins[], share: number): number | null {
  let left = Math.ceil(share * sum(timed.map(({ joined }) => joined)))
  for (const { seconds, joined } of timed) {
    left -= joined
    if (left <= 0) return seconds
  }
  return null
}

function sum(numbers: Iterable<number>): number {
  let all = 0
  for (const one of numbers) all += one
  return all
}
