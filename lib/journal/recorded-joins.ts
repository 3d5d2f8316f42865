import { DOCUMENTED_WINDOW } from '#lib/csr/stage/deadlines.ts'
import { DAY_MS, MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { StoredJoin } from '#lib/journal/record-store.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import type { DayOfJoins, Joins, JoinsAnswer } from '#lib/wire/join-answers.ts'

export interface JoinsAsked {
  readonly days: number
  /** Minutes that the reader's clock is ahead of UTC. */
  readonly offset: number
}

/**
 * Joins by day from the record. Without a record, or while it cannot be read, the days have no
 * joins.
 */
export async function recordedJoins(
  record: Pick<RunningRecord, 'read' | 'standing'>,
  asked: JoinsAsked,
  now: number,
): Promise<JoinsAnswer> {
  const shift = asked.offset * MINUTE_MS
  const today = Math.floor((now + shift) / DAY_MS)
  const first = today - asked.days + 1
  const since = first * DAY_MS - shift
  const read = await record.read((store) =>
    Promise.all([store.joins(since), store.arrivals(since)]),
  )
  const [joins, arrivals] = read ?? [[], []]
  const dayOf = (at: number) => Math.floor((at + shift) / DAY_MS)
  const joinsOfDay = Map.groupBy(joins, ({ at }) => dayOf(at))
  const arrivalsOfDay = Map.groupBy(arrivals, dayOf)
  const days = Array.from({ length: asked.days }, (_, index): DayOfJoins => {
    const day = first + index
    const waiting = arrivalsOfDay.get(day)?.length ?? 0
    return {
      day: timestamp(day * DAY_MS).slice(0, 10),
      ...joinsOf(joinsOfDay.get(day) ?? [], waiting),
    }
  })
  const all = joinsOf(joins, arrivals.length)
  return { serverTime: timestamp(now), record: record.standing(), days, all }
}

function joinsOf(joins: readonly StoredJoin[], waiting: number): Joins {
  const took = joins.flatMap((join) => join.took ?? []).sort((a, b) => a - b)
  return {
    waiting,
    joined: joins.length,
    late: took.filter((ms) => ms > DOCUMENTED_WINDOW).length,
    p50: secondsAt(took, 0.5),
    p95: secondsAt(took, 0.95),
    longest: secondsAt(took, 1),
  }
}

/** The value below which that share of the sorted values lies, by nearest rank. */
function secondsAt(sorted: readonly number[], share: number): number | null {
  const ms = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  return ms === undefined ? null : Math.round(ms / 1_000)
}
