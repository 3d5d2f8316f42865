import type { JudgedRequest } from '#lib/csr/rows/rows.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { conditionsOf, decisionText, filtersOf } from '#lib/journal/decision-filters.ts'
import type { DecisionsQuery } from '#lib/journal/record-store.ts'
import { searchWords } from '#lib/journal/search-text.ts'
import {
  type EntryChanges,
  lastDecidedFirst,
  type RequestEntry,
} from '#lib/web/views/requests/request-entries.ts'
import { requestListRow } from '#lib/web/views/rows/list-rows.ts'
import { SortedRows } from '#lib/web/views/rows/sorted-rows.ts'
import { type Page, pageOf, type ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { ActivityAsked } from '#lib/web/views/rows/view-query.ts'
import type { ActivityCounts, ActivityRow, DecisionFilter } from '#lib/wire/views.ts'

/** Every request that was approved, denied or failed, the latest decision first. */
export class ActivityView {
  readonly #sorted = new SortedRows<RequestEntry>(lastDecidedFirst, ({ row }) => decisionText(row))
  readonly #counts: Record<DecisionFilter, number> = {
    ...{ all: 0, approved: 0, denied: 0, failed: 0, against: 0 },
  }

  /** Returns whether the view changed. */
  change({ gone, come }: EntryChanges): boolean {
    const left = gone.filter(isDecided)
    const joined = come.filter(isDecided)
    for (const entry of left) {
      this.#sorted.remove(entry)
      this.#count(entry, -1)
    }
    for (const entry of joined) {
      this.#sorted.add(entry)
      this.#count(entry, 1)
    }
    return left.length + joined.length > 0
  }

  page(asked: ActivityAsked, { viewer }: ViewContext): Page<ActivityRow, ActivityCounts> {
    const counts = { ...this.#counts, reachesBackTo: this.#reachesBackTo() }
    return pageOf(this.#sorted, this.#matching(asked), asked, counts, ({ row }) =>
      activityRow(row, viewer),
    )
  }

  #matching(asked: ActivityAsked): readonly RequestEntry[] | null {
    const query = queryOf(asked)
    const conditions = conditionsOf(query)
    if (query.words.length + conditions.length === 0) return null
    return this.#sorted.filter(query.words, (entry) =>
      conditions.every(({ meets }) => meets(entry)),
    )
  }

  /** Time of the earliest decision; requests without a time come last. */
  #reachesBackTo(): string | null {
    const timed = this.#sorted.countBefore(({ decidedAt }) => decidedAt > 0)
    return timed === 0 ? null : (this.#sorted.at(timed - 1)?.row.decidedAt ?? null)
  }

  #count({ row }: RequestEntry, by: 1 | -1): void {
    for (const each of filtersOf(row, null)) this.#counts[each] += by
  }
}

/** A decided request as a row of Activity. */
export function activityRow(row: JudgedRequest, viewer: ViewerName): ActivityRow {
  return { ...requestListRow(row, viewer), notAfter: row.notAfter }
}

/** The question to the record, or to the listed requests. */
export function queryOf({ text, ...filter }: Omit<ActivityAsked, 'from' | 'to'>): DecisionsQuery {
  return { words: searchWords(text), ...filter }
}

function isDecided({ pending }: RequestEntry): boolean {
  return !pending
}
