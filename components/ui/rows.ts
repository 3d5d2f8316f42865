/** The rows of a list, some of which may still be on their way. Other rows are another object. */
export interface Rows<Row> {
  readonly count: number
  /** Undefined while the page of that row is read. */
  readonly rowAt: (index: number) => Row | undefined
  readonly keyOf: (row: Row) => string
}

/** Rows that are all there. */
export function rowsOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Rows<Row> {
  return { count: rows.length, rowAt: (index) => rows[index], keyOf }
}

/**
 * The index of a row, -1 for none. `near` is where that row was last: a row there that is not read
 * yet counts as that row.
 */
export function indexOfRow<Row>(
  { count, rowAt, keyOf }: Rows<Row>,
  key: string,
  near = -1,
): number {
  if (near >= 0 && near < count) {
    const there = rowAt(near)
    if (there === undefined || keyOf(there) === key) return near
  }
  for (let index = 0; index < count; index += 1) {
    const row = rowAt(index)
    if (row !== undefined && keyOf(row) === key) return index
  }
  return -1
}

/** All rows that are there, in order. */
export function knownRows<Row>({ count, rowAt }: Rows<Row>): readonly Row[] {
  const known: Row[] = []
  for (let index = 0; index < count; index += 1) {
    const row = rowAt(index)
    if (row !== undefined) known.push(row)
  }
  return known
}
