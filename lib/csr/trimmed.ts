const NONE: readonly never[] = []

/**
 * The list without the room to grow: V8 gives sixteen places to a list of one, and what is read of ten
 * thousand requests has ten such lists each.
 */
export function trimmed<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list.slice()
}
