import { SortedRows } from '#lib/web/views/rows/sorted-rows.ts'

type Filters<Row, Filter extends string> = Readonly<Record<Filter, (row: Row) => boolean>>
type Counts<Filter extends string> = Record<Filter, number>

/** Sorted rows, with the number of rows that each filter passes. */
export class CountedRows<Row, Filter extends string> extends SortedRows<Row> {
  readonly #filters: Filters<Row, Filter>
  readonly #counts: Counts<Filter>

  constructor(
    compare: (a: Row, b: Row) => number,
    textOf: (row: Row) => string,
    filters: Filters<Row, Filter>,
  ) {
    super(compare, textOf)
    this.#filters = filters
    this.#counts = countRows([], filters)
  }

  /** A copy of the numbers, in the order of the filters. */
  get counts(): Counts<Filter> {
    return { ...this.#counts }
  }

  override add(row: Row): void {
    super.add(row)
    count(this.#counts, this.#filters, row, 1)
  }

  override remove(row: Row): void {
    super.remove(row)
    count(this.#counts, this.#filters, row, -1)
  }
}

/** The number of rows that each filter passes. */
export function countRows<Row, Filter extends string>(
  rows: readonly Row[],
  filters: Filters<Row, Filter>,
): Counts<Filter> {
  const counts = Object.fromEntries(Object.keys(filters).map((name) => [name, 0])) as Counts<Filter>
  for (const row of rows) count(counts, filters, row, 1)
  return counts
}

function count<Row, Filter extends string>(
  counts: Counts<Filter>,
  filters: Filters<Row, Filter>,
  row: Row,
  by: 1 | -1,
): void {
  for (const name in filters) if (filters[name](row)) counts[name] += by
}
