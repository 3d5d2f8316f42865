/**
 * Whether two plain values (what JSON can carry) say the same. The order of keys does not matter,
 * the order of lists does; a key that is `undefined` equals a key that is not there.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return Number.isNaN(a) && Number.isNaN(b)
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((item, index) => sameValue(item, b[index]))
  }
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const key of Object.keys(left)) if (!sameValue(left[key], right[key])) return false
  for (const key of Object.keys(right)) {
    if (right[key] !== undefined && left[key] === undefined) return false
  }
  return true
}

/**
 * Whether two versions of an object differ only in `resourceVersion`, as after a heartbeat that
 * changes no stored field.
 */
export function sameExceptVersion<T extends { readonly resourceVersion: string }>(
  a: T | null,
  b: T,
): boolean {
  return sameValue({ ...a, resourceVersion: '' }, { ...b, resourceVersion: '' })
}
