/** The rows of a list, some of which may still be on their way. Other rows are another object. */
export interface Rows<Row> {
  readonly count: number
  /** Undefined while the page of that row is read. */
  readonly rowAt: (index: number) => Row | undefined
  readonly keyOf: (row: Row) => string
  /** The indexes of all rows that are read, in order; absent where all are. */
  readonly read?: readonly number[]
  /** Reads all rows, in order. The same function for as long as the list is the same. */
  readonly readAll?: () => Promise<readonly Row[]>
}

/** Rows that are all there. */
export function rowsOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Rows<Row> {
  return { count: rows.length, rowAt: (index) => rows[index], keyOf }
}

/**
 * The index of a row, -1 for none. `near` is where that row was last: a row there that is not read
 * yet counts as that row.
 */
export function indexOfRow<Row>(rows: Rows<Row>, key: string, near = -1): number {
  const { count, rowAt, keyOf } = rows
  if (near >= 0 && near < count) {
    const there = rowAt(near)
    if (there === undefined || keyOf(there) === key) return near
  }
  for (const index of readIndexes(rows)) {
    const row = rowAt(index)
    if (row !== undefined && keyOf(row) === key) return index
  }
  return -1
}

/** All rows that are there, in order. */
export function knownRows<Row>(rows: Rows<Row>): readonly Row[] {
  return Array.from(readIndexes(rows), rows.rowAt).filter((row) => row !== undefined)
}

/** The indexes of all rows that are there, in order. */
export function readIndexes<Row>({ count, read }: Rows<Row>): Iterable<number> {
  return read ?? Array(count).keys()
}

/** A name for the row at that index, whether it is there or not. */
export function keyAt<Row>({ rowAt, keyOf }: Rows<Row>, index: number): string {
  const row = rowAt(index)
  return row === undefined ? `unread ${index}` : keyOf(row)
}
