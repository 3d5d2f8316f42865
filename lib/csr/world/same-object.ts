/**
 * Whether two versions of an object differ only in `resourceVersion`, as after a heartbeat that
 * changes no stored field. Objects are plain projected data.
 */
export function sameExceptVersion<T extends { readonly resourceVersion: string }>(
  a: T | null,
  b: T,
): boolean {
  return text(a) === text(b)
}

function text(object: { readonly resourceVersion: string } | null): string {
  return JSON.stringify({ ...object, resourceVersion: '' })
}
