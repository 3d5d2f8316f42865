/**
 * The rows in order, given the list as it was in order before: what stayed is not compared again.
 * Rows must not change their place by themselves: one that does is another object. `before` itself
 * when it holds the very same rows.
 */
export function resort<Row extends object>(
  rows: readonly Row[],
  before: readonly Row[],
  compare: (a: Row, b: Row) => number,
): readonly Row[] {
  const now = new Set(rows)
  const kept = before.filter((row) => now.has(row))
  if (kept.length === rows.length) return kept.length === before.length ? before : kept
  const known = new Set(kept)
  const fresh = rows.filter((row) => !known.has(row)).sort(compare)
  if (kept.length === 0) return fresh
  const merged: Row[] = []
  let from = 0
  for (const row of fresh) {
    const place = firstAfter(kept, row, from, compare)
    while (from < place) merged.push(kept[from++] as Row)
    merged.push(row)
  }
  while (from < kept.length) merged.push(kept[from++] as Row)
  return merged
}

/** Where in the ordered rows, from `low` on, the first stands that comes after `row`. */
function firstAfter<Row>(
  rows: readonly Row[],
  row: Row,
  low: number,
  compare: (a: Row, b: Row) => number,
): number {
  let [from, to] = [low, rows.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (compare(rows[middle] as Row, row) > 0) to = middle
    else from = middle + 1
  }
  return from
}
