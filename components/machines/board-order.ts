import type { BoardItem } from '#lib/query/board-facts.ts'
import { resort } from '#lib/query/resort.ts'

export const SORTS = ['deadline', 'name', 'newest'] as const
export type Sort = (typeof SORTS)[number]

export function isSort(text: string): text is Sort {
  return SORTS.some((sort) => sort === text)
}

const COMPARE: Record<Exclude<Sort, 'deadline'>, (a: BoardItem, b: BoardItem) => number> = {
  name: (a, b) => compare(nameOf(a), nameOf(b)) || compare(a.key, b.key),
  newest: (a, b) => compare(startOf(b), startOf(a)) || compare(a.key, b.key),
}

/**
 * The waiting rows in another order than the board's own, which is by deadline; `before` is how
 * they stood last in that order.
 */
export function sortItems(
  items: readonly BoardItem[],
  sort: Sort,
  before: readonly BoardItem[] = [],
): readonly BoardItem[] {
  return sort === 'deadline' ? items : resort(items, before, COMPARE[sort])
}

/** Sorts what is new since the last time only. */
export function createItemSorter(): (
  items: readonly BoardItem[],
  sort: Sort,
) => readonly BoardItem[] {
  let last: { readonly sort: Sort; readonly sorted: readonly BoardItem[] } | null = null
  return (items, sort) => {
    const sorted = sortItems(items, sort, last?.sort === sort ? last.sorted : [])
    last = { sort, sorted }
    return sorted
  }
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

/** The rows of a list, made when they are asked for: there are thousands, and a window shows a few. */
export interface Rows {
  readonly length: number
  readonly at: (index: number) => HeldRow | undefined
  readonly all: () => readonly HeldRow[]
  /** -1 for none. */
  readonly indexOf: (key: string) => number
}

/** Those of a list that nobody points at. */
export function asTheyAre(items: readonly BoardItem[]): Rows {
  const row = (item: BoardItem): HeldRow => ({ item, gone: false })
  return {
    length: items.length,
    at(index) {
      const item = items[index]
      return item === undefined ? undefined : row(item)
    },
    all: () => items.map(row),
    indexOf: (key) => items.findIndex((item) => item.key === key),
  }
}

export function asHeld(rows: readonly HeldRow[]): Rows {
  return {
    length: rows.length,
    at: (index) => rows[index],
    all: () => rows,
    indexOf: (key) => rows.findIndex(({ item }) => item.key === key),
  }
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
