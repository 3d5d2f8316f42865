import type { RowKeys } from '#components/ui/in-its-place.ts'

/** Where a row stands: which list of the page, and which row of it. */
export interface Place {
  readonly list: number
  readonly index: number
}

/** The row that the keyboard was on when its page was left, and the lists as they were. */
export interface LeftRow {
  readonly row: string
  readonly place: Place | null
  readonly lists: readonly RowKeys[]
}

const left = new Map<string, LeftRow>()
let returnsTo: string | null = null

export function leaveRow(
  path: string,
  { row, ...rest }: { readonly row: string | null } & Omit<LeftRow, 'row'>,
): void {
  if (row === null) left.delete(path)
  else left.set(path, { row, ...rest })
}

/** Null unless the browser goes back to that page, or forward: who opens it anew begins anew. */
export function rowLeftOn(path: string): LeftRow | null {
  return returnsTo === path ? (left.get(path) ?? null) : null
}

/** The browser goes back or forward to that page; null once it is there. */
export function returnTo(path: string | null): void {
  returnsTo = path
}
