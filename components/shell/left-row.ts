import type { RowKeys } from '#components/shell/in-its-place.ts'

/** The row that the keyboard was on when its page was left, and the lists as they were. */
export interface LeftRow {
  readonly row: string
  readonly lists: readonly RowKeys[]
}

const left = new Map<string, LeftRow>()
let returnsTo: string | null = null

export function leaveRow(
  path: string,
  { row, lists }: { row: string | null } & Omit<LeftRow, 'row'>,
): void {
  if (row === null) left.delete(path)
  else left.set(path, { row, lists })
}

/** Null unless the browser goes back to that page, or forward: who opens it anew begins anew. */
export function rowLeftOn(path: string): LeftRow | null {
  return returnsTo === path ? (left.get(path) ?? null) : null
}

/** The browser goes back or forward to that page; null once it is there. */
export function returnTo(path: string | null): void {
  returnsTo = path
}
