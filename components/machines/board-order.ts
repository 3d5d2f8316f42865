import type { BoardItem } from '#lib/query/board.ts'

export const SORTS = ['deadline', 'name', 'newest'] as const
export type Sort = (typeof SORTS)[number]

export function isSort(text: string): text is Sort {
  return SORTS.some((sort) => sort === text)
}

/** The waiting rows in another order than the board's own, which is by deadline. */
export function sortItems(items: readonly BoardItem[], sort: Sort): readonly BoardItem[] {
  if (sort === 'deadline') return items
  if (sort === 'name') {
    return items.toSorted((a, b) => compare(nameOf(a), nameOf(b)) || compare(a.key, b.key))
  }
  return items.toSorted((a, b) => compare(startOf(b), startOf(a)) || compare(a.key, b.key))
}

function nameOf(item: BoardItem): string {
  return item.kind === 'machine' ? item.machine.name : item.request.name
}

/** RFC 3339 in UTC from one API server sorts as text. */
function startOf(item: BoardItem): string {
  return item.kind === 'machine' ? (item.machine.firstPendingAt ?? '') : item.request.createdAt
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A row as it stands in a list that is being pointed at. */
export interface HeldRow {
  readonly item: BoardItem
  /** No longer in the cluster; stays in its place until the pointer leaves. */
  readonly gone: boolean
}

/**
 * The list while it is pointed at: nothing moves under the pointer. Rows keep the places they had
 * in `held`, also when they have left for another section (`elsewhere`) or the cluster; new ones
 * come last. A click then hits the row that was aimed at.
 */
export function holdOrder(
  items: readonly BoardItem[],
  held: readonly BoardItem[] | null,
  elsewhere: (key: string) => BoardItem | null,
): readonly HeldRow[] {
  if (held === null) return items.map((item) => ({ item, gone: false }))
  const now = new Map(items.map((item) => [item.key, item]))
  const rows: HeldRow[] = held.map((before) => {
    const item = now.get(before.key) ?? elsewhere(before.key)
    now.delete(before.key)
    return { item: item ?? before, gone: item === null }
  })
  for (const item of now.values()) rows.push({ item, gone: false })
  return rows
}
