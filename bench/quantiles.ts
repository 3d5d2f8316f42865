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

/** Measures that often, one after the other. */
export async function repeated<T>(times: number, once: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = []
  for (let i = 0; i < times; i++) results.push(await once())
  return results
}

/** `812, 790, 845`: the values of all rounds, to show the spread. */
export function rounds(values: readonly number[], digits = 0): string {
  return values.map((value) => value.toFixed(digits)).join(', ')
}

/** `p50 17, worst 58`: those quantiles, 1 for the worst. */
export function spread(
  values: readonly number[],
  quantiles: readonly number[],
  digits = 0,
): string {
  const name = (q: number) => (q === 1 ? 'worst' : `p${Math.round(q * 100)}`)
  return quantiles.map((q) => `${name(q)} ${shownValue(quantile(values, q), digits)}`).join(', ')
}

/** `never` for what did not happen at all. */
export function shownValue(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : 'never'
}
