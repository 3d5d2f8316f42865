import { DAY_MS } from '#lib/csr/units-of-time.ts'
import type { DecisionsQuery } from '#lib/journal/record-store.ts'
import { numberOf, type SqlRow } from '#lib/journal/sql-database.ts'
import { DECISION_FILTERS, type DecisionFilter } from '#lib/wire/views.ts'

/** Part of a query's time. */
export interface Part {
  /** The part's end, in milliseconds since the epoch, exclusive. */
  readonly before: number
  /** Number of matches. */
  readonly rows: number
}

interface Group {
  readonly status: string
  readonly origin: string
  count: number
}

/** Numbers of decisions by day, status and origin: counting a million rows takes too long for a page. */
export class DecisionTally {
  readonly #days = new Map<number, Map<string, Group>>()

  /** Counts rows with `at`, `status` and `origin`; a row of several decisions has their number, `rows`. */
  count(rows: readonly SqlRow[] | undefined, by: 1 | -1): void {
    for (const { at, status, origin, rows: count = 1 } of rows ?? []) {
      const day = Math.floor(numberOf(at) / DAY_MS)
      const groups = this.#days.get(day) ?? new Map<string, Group>()
      const key = `${String(status)} ${String(origin)}`
      const group = groups.get(key) ?? { status: String(status), origin: String(origin), count: 0 }
      group.count += by * numberOf(count)
      if (group.count > 0) groups.set(key, group)
      else groups.delete(key)
      if (groups.size > 0) this.#days.set(day, groups)
      else this.#days.delete(day)
    }
  }

  /** Number of all decisions by filter. */
  counts(): Readonly<Record<DecisionFilter, number>> {
    const counts = { all: 0, approved: 0, denied: 0, failed: 0, against: 0 }
    for (const groups of this.#days.values()) {
      for (const { status, count } of groups.values()) {
        for (const filter of DECISION_FILTERS) {
          if (matchesStatus(filter, status)) counts[filter] += count
        }
      }
    }
    return counts
  }

  /**
   * Numbers of decisions of the filter and origin on the days `first` to `end` (exclusive), the latest
   * first.
   */
  days(
    { decision, origin }: Pick<DecisionsQuery, 'decision' | 'origin'>,
    first: number,
    end: number,
  ): readonly Part[] {
    const isOf = (group: Group) =>
      (origin === undefined || group.origin === origin) && matchesStatus(decision, group.status)
    return [...this.#days]
      .filter(([day]) => day >= first && day < end)
      .sort(([a], [b]) => b - a)
      .map(([day, groups]) => ({
        before: (day + 1) * DAY_MS,
        rows: [...groups.values()].filter(isOf).reduce((sum, { count }) => sum + count, 0),
      }))
  }

  /** The statuses that occur and match the filter. */
  statuses(filter: DecisionFilter): readonly string[] {
    const all = new Set<string>()
    for (const groups of this.#days.values()) {
      for (const { status } of groups.values()) all.add(status)
    }
    return [...all].filter((status) => matchesStatus(filter, status))
  }
}

function matchesStatus(filter: DecisionFilter, status: string): boolean {
  return filter === 'all' || status.split('+').includes(filter)
}
