import { type Rows, rowsOf } from '#components/ui/rows.ts'
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

const rowsAsTheyAre = new WeakMap<BoardItem, HeldRow>()

/** The row of an item where it is: the same object for the same item, so that it is not drawn again. */
function asItIs(item: BoardItem): HeldRow {
  let row = rowsAsTheyAre.get(item)
  if (row === undefined) {
    row = { item, gone: false }
    rowsAsTheyAre.set(item, row)
  }
  return row
}

const keyOf = ({ item }: HeldRow) => item.key

/** Rows are made when they are asked for: there are thousands, and a window shows a few. */
export function asTheyAre(items: readonly BoardItem[]): Rows<HeldRow> {
  return {
    count: items.length,
    rowAt(index) {
      const item = items[index]
      return item === undefined ? undefined : asItIs(item)
    },
    keyOf,
  }
}

export function asHeld(rows: readonly HeldRow[]): Rows<HeldRow> {
  return rowsOf(rows, keyOf)
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
  if (held === null) return items.map(asItIs)
  const now = new Map(items.map((item) => [item.key, item]))
  const rows: HeldRow[] = held.map((before) => {
    const item = now.get(before.key) ?? elsewhere(before.key)
    now.delete(before.key)
    return item === null ? { item: before, gone: true } : asItIs(item)
  })
  for (const item of now.values()) rows.push(asItIs(item))
  return rows
}
