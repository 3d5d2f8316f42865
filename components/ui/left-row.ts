import type { RowKeys } from '#components/ui/in-its-place.ts'

/** Place of a row: the list of the page and the row in it. */
export interface Place {
  readonly list: number
  readonly index: number
}

/** The row with the mark when its page was left, and the lists at that time. */
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

/** Null unless the browser goes back or forward to that page: a page opened anew starts anew. */
export function rowLeftOn(path: string): LeftRow | null {
  return returnsTo === path ? (left.get(path) ?? null) : null
}

/** Records that the browser goes back or forward to that page; null once it is there. */
export function returnTo(path: string | null): void {
  returnsTo = path
}
