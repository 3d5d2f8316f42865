import type { ViewerName } from '#lib/csr/machine/viewer-overlay.ts'
import type { RowList } from '#lib/web/views/rows/sorted-rows.ts'
import type { Range } from '#lib/wire/range.ts'

/** The viewer, and the time in milliseconds on the server's clock. */
export interface ViewContext {
  readonly viewer: ViewerName
  readonly now: number
}

/** The part of a ViewPage that a view answers. */
export interface Page<Row, Counts> {
  readonly total: number
  readonly from: number
  readonly counts: Counts
  readonly rows: readonly Row[]
}

/**
 * One page of the matching entries, or of all where `matching` is null. Makes only that page's
 * rows.
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
