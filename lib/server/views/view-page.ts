/** Who looks, and when: milliseconds on the server's clock. */
export interface Look {
  /** The acting user's name; null while it is not known. No view depends on it yet. */
  readonly viewer: string | null
  readonly now: number
}

/** Rows `from` to `to` (exclusive). */
export interface Range {
  readonly from: number
  readonly to: number
}

/** The part of a ViewPage that a view answers. */
export interface Page<Row, Counts> {
  readonly total: number
  readonly from: number
  readonly counts: Counts
  readonly rows: readonly Row[]
}

/** Only the rows of the page are made. */
export function pageOf<Entry, Row, Counts>(
  entries: readonly Entry[],
  { from, to }: Range,
  counts: Counts,
  rowOf: (entry: Entry) => Row,
): Page<Row, Counts> {
  return { total: entries.length, from, counts, rows: entries.slice(from, to).map(rowOf) }
}
