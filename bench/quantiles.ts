/**
 * The value below which the share `q` (0–1) of the values lies, by nearest rank; NaN without
 * values.
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** `812, 790, 845`: the values of all rounds, to show the spread. */
export function rounds(values: readonly number[], digits = 0): string {
  return values.map((value) => value.toFixed(digits)).join(', ')
}
