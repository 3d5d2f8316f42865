import type { Moment } from '#lib/cluster/feed.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RowList } from '#lib/web/views/rows/sorted-rows.ts'
import type { Range } from '#lib/wire/range.ts'

/** The viewer, and the time in milliseconds on the server's clock. */
export interface ViewContext {
  readonly viewer: ViewerName
  readonly now: number
}

/** State besides the sorted rows that an answer is made from. */
export interface ViewState extends Moment {
  /** Revision of the topic. */
  readonly revision: number
  /** The list in force; null without one. */
  readonly expected: readonly ExpectedMachine[] | null
  readonly record: RunningRecord
}

/** The part of a ViewPage that a view computes. */
export interface Page<Row, Counts> {
  readonly total: number
  readonly from: number
  readonly counts: Counts
  readonly rows: readonly Row[]
}

/**
 * One page of the matching entries, or of all entries where `matching` is null. Makes rows for that
 * page only.
 */
export function pageOf<Entry, Row, Counts>(
  all: Pick<RowList<Entry>, 'size' | 'slice'>,
  matching: readonly Entry[] | null,
  { from, to }: Range,
  counts: Counts,
  rowOf: (entry: Entry) => Row,
): Page<Row, Counts> {
  const total = matching?.length ?? all.size
  const entries = (matching ?? all).slice(from, to)
  return { total, from, counts, rows: entries.map(rowOf) }
}
