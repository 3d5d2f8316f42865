/**
 * Ordered rows after some have left and others have come, in order still; the rows themselves when
 * neither. What stays is copied, not compared: that costs the changed rows a search each. A row
 * that changes its place is another object: it leaves and comes.
 */
export function reordered<Row>(
  rows: readonly Row[],
  gone: readonly Row[],
  come: readonly Row[],
  compare: (a: Row, b: Row) => number,
): readonly Row[] {
  if (gone.length + come.length === 0) return rows
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

/** How many of the ordered rows come before that one; `before` tells. */
export function countBefore<Row>(rows: readonly Row[], before: (row: Row) => boolean): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (before(rows[middle] as Row)) low = middle + 1
    else high = middle
  }
  return low
}

function firstNotBefore<Row>(
  rows: readonly Row[],
  row: Row,
  compare: (a: Row, b: Row) => number,
): number {
  return countBefore(rows, (other) => compare(other, row) < 0)
}

/** Rows that compare as equal stand side by side. */
function indexOf<Row>(rows: readonly Row[], row: Row, compare: (a: Row, b: Row) => number): number {
  return rows.indexOf(row, firstNotBefore(rows, row, compare))
}
