const NONE: readonly never[] = []

/**
 * A copy without spare capacity. V8 reserves sixteen places for a list of one, and each of ten
 * thousand requests has ten such lists.
 */
export function trimmed<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list.slice()
}
