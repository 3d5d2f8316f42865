/** Keys of a list's rows, computed on demand. */
export interface RowKeys {
  readonly has: (key: string) => boolean
  readonly all: () => readonly string[]
}

/** The row that takes the place of one that left: the next that remains, or else the one before. */
export function inItsPlace(key: string, before: RowKeys, now: RowKeys): string | null {
  const keys = before.all()
  const at = keys.indexOf(key)
  const there = new Set(now.all())
  const isThere = (other: string) => there.has(other)
  return (
    keys.slice(at + 1).find(isThere) ?? keys.slice(0, Math.max(0, at)).findLast(isThere) ?? null
  )
}
