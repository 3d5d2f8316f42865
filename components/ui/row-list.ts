/** Rows of a list, some possibly unread. Other rows are another object. */
export interface Rows<Row> {
  readonly count: number
  /** Undefined while that row's page is being read. */
  readonly rowAt: (index: number) => Row | undefined
  readonly keyOf: (row: Row) => string
  /** Indexes of all rows that are read, in order; absent when all are. */
  readonly read?: readonly number[]
  /** Rows that left the list and keep their places: they are not there, and not unread either. */
  readonly gone?: ReadonlyMap<number, unknown>
  /** Reads all rows, in order. The same function while the list is the same. */
  readonly readAll?: () => Promise<readonly Row[]>
}

/** Rows that are all read. */
export function rowsOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Rows<Row> {
  return { count: rows.length, rowAt: (index) => rows[index], keyOf }
}

/**
 * Index of a row; -1 for none. `near` is the row's last index: an unread row there counts as it.
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

/** All read rows, in order. */
export function knownRows<Row>(rows: Rows<Row>): readonly Row[] {
  return Array.from(readIndexes(rows), rows.rowAt).filter((row) => row !== undefined)
}

/** Indexes of all read rows, in order. */
export function readIndexes<Row>({ count, read }: Rows<Row>): Iterable<number> {
  return read ?? Array(count).keys()
}

/** Key for the row at that index, read or unread. */
export function keyAt<Row>({ rowAt, keyOf }: Rows<Row>, index: number): string {
  const row = rowAt(index)
  return row === undefined ? `unread ${index}` : keyOf(row)
}
