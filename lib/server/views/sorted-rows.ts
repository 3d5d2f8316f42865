type Compare<Row> = (a: Row, b: Row) => number

/** Changes that wait for a reader at least; more are merged at an eighth of the rows. */
const MERGED_FROM = 1_000

/**
 * Rows in order. A change costs nothing until somebody reads: then all changes are merged at once.
 * A row that changes its place is another object: the earlier one is removed, the later one added.
 */
export class SortedRows<Row> {
  readonly #compare: Compare<Row>
  #rows: readonly Row[] = []
  readonly #gone = new Set<Row>()
  readonly #come = new Set<Row>()

  constructor(compare: Compare<Row>) {
    this.#compare = compare
  }

  /** How many there are, without merging. */
  get size(): number {
    return this.#rows.length - this.#gone.size + this.#come.size
  }

  add(row: Row): void {
    if (!this.#gone.delete(row)) this.#come.add(row)
    this.#mergeIfMany()
  }

  /** A row that was added and not removed since. */
  remove(row: Row): void {
    if (!this.#come.delete(row)) this.#gone.add(row)
    this.#mergeIfMany()
  }

  read(): readonly Row[] {
    if (this.#gone.size + this.#come.size > 0) {
      this.#rows = reordered(this.#rows, [...this.#gone], [...this.#come], this.#compare)
      this.#gone.clear()
      this.#come.clear()
    }
    return this.#rows
  }

  #mergeIfMany(): void {
    if (this.#gone.size + this.#come.size > Math.max(MERGED_FROM, this.#rows.length / 8)) {
      this.read()
    }
  }
}

/** Ordered rows without those that left and with those that came: each costs one search. */
export function reordered<Row>(
  rows: readonly Row[],
  gone: readonly Row[],
  come: readonly Row[],
  compare: Compare<Row>,
): readonly Row[] {
  const left = gone.map((row) => indexOf(rows, row, compare)).sort((a, b) => a - b)
  const result: Row[] = []
  let from = 0
  let next = 0
  const takeUntil = (end: number) => {
    for (; from < end; from += 1) {
      if (left[next] === from) next += 1
      else result.push(rows[from] as Row)
    }
  }
  for (const row of come.toSorted(compare)) {
    takeUntil(firstNotBefore(rows, row, compare))
    result.push(row)
  }
  takeUntil(rows.length)
  return result
}

/** How many of the ordered rows come before the first one that `before` denies. */
export function countBefore<Row>(rows: readonly Row[], before: (row: Row) => boolean): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(rows[middle] as Row)) low = middle + 1
    else high = middle
  }
  return low
}

function firstNotBefore<Row>(rows: readonly Row[], row: Row, compare: Compare<Row>): number {
  return countBefore(rows, (other) => compare(other, row) < 0)
}

/** Rows that compare as equal are side by side. */
function indexOf<Row>(rows: readonly Row[], row: Row, compare: Compare<Row>): number {
  return rows.indexOf(row, firstNotBefore(rows, row, compare))
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Milliseconds of an RFC 3339 text; `missing` for none. */
export function timeOf(timestamp: string | null, missing: number): number {
  const ms = timestamp === null ? Number.NaN : Date.parse(timestamp)
  return Number.isNaN(ms) ? missing : ms
}
