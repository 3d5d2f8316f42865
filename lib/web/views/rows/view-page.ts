import type { Moment } from '#lib/cluster/feed.ts'
import type { ExpectedMachine } from '#lib/csr/policy/expected-list.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import type { RunningRecord } from '#lib/journal/running-record.ts'
import type { RowList } from '#lib/web/views/rows/sorted-rows.ts'
import type { Range } from '#lib/wire/range.ts'
import type { ListName, ListPage } from '#lib/wire/views.ts'

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

/** The part of a list's answer that its view computes. */
export type Page<Name extends ListName> = Pick<ListPage<Name>, 'total' | 'from' | 'counts' | 'rows'>

/** Rows by place. */
type Rows<Row> = Pick<RowList<Row>, 'size' | 'slice'>

export function rowsOf<Row>(rows: readonly Row[]): Rows<Row> {
  return { size: rows.length, slice: (from, to) => rows.slice(from, to) }
}

/** Rows in the order of the array as a list. */
export function listOf<Row extends { readonly text: string }>(all: readonly Row[]): RowList<Row> {
  return {
    ...rowsOf(all),
    filter: (words, test) =>
      all.filter(
        (row) => words.every((word) => row.text.includes(word)) && (test === null || test(row)),
      ),
  }
}

/** The rows that have each of the words and pass the test; null lets every row pass. */
export function matching<Row>(
  all: RowList<Row>,
  words: readonly string[],
  test: ((row: Row) => boolean) | null,
): Rows<Row> {
  return words.length === 0 && test === null ? all : rowsOf(all.filter(words, test))
}

/** One page of the matching entries. Makes rows for that page only. */
export function pageOf<Entry, Row, Counts>(
  entries: Rows<Entry>,
  { from, to }: Range,
  counts: Counts,
  rowOf: (entry: Entry) => Row,
) {
  return { total: entries.size, from, counts, rows: entries.slice(from, to).map(rowOf) }
}
