/**
 * Whether two versions of one object say the same in everything but `resourceVersion`: a heartbeat
 * that changes nothing we keep. Objects are plain data as projected.
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
