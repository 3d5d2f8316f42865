import { conditionsOf, DECIDED, decisionText } from '#lib/journal/decision-filters.ts'
import type { DecisionsQuery } from '#lib/journal/record-store.ts'
import { searchWords } from '#lib/journal/search-text.ts'
import {
  type EntryChanges,
  lastDecidedFirst,
  type RequestEntry,
} from '#lib/web/views/requests/request-entries.ts'
import { CountedRows } from '#lib/web/views/rows/counted-rows.ts'
import { requestListRow } from '#lib/web/views/rows/list-rows.ts'
import { matching, type Page, pageOf, type ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import { DECISION_FILTERS, type DecisionFilter } from '#lib/wire/views.ts'

const FILTERS = Object.fromEntries(
  DECISION_FILTERS.map((name) => [name, ({ row }: RequestEntry) => DECIDED[name](row, null)]),
) as Readonly<Record<DecisionFilter, (entry: RequestEntry) => boolean>>

/** Every request that was approved, denied or failed, the latest decision first. */
export class ActivityView {
  readonly #sorted = new CountedRows(lastDecidedFirst, ({ row }) => decisionText(row), FILTERS)

  /** Returns whether the view changed. */
  change({ gone, come }: EntryChanges): boolean {
    return this.#sorted.replace(gone.filter(isDecided), come.filter(isDecided))
  }

  page(asked: Asked<'activity'>, { viewer }: ViewContext): Page<'activity'> {
    const query = queryOf(asked)
    const conditions = conditionsOf(query)
    const test = (entry: RequestEntry) => conditions.every(({ meets }) => meets(entry))
    const entries = matching(this.#sorted, query.words, conditions.length === 0 ? null : test)
    const counts = { ...this.#sorted.counts, reachesBackTo: this.#reachesBackTo() }
    return pageOf(entries, asked, counts, ({ row }) => requestListRow(row, viewer))
  }

  /** Time of the earliest decision; requests without a time come last. */
  #reachesBackTo(): string | null {
    const timed = this.#sorted.countBefore(({ decidedAt }) => decidedAt > 0)
    return timed === 0 ? null : (this.#sorted.at(timed - 1)?.row.decidedAt ?? null)
  }
}

/** The question to the record, or to the listed requests. */
export function queryOf({
  text,
  ...filter
}: Omit<Asked<'activity'>, 'from' | 'to'>): DecisionsQuery {
  return { words: searchWords(text), ...filter }
}

function isDecided({ pending }: RequestEntry): boolean {
  return !pending
}
