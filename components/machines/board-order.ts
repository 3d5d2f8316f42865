import { knownRows, type Rows, readIndexes } from '#components/ui/row-list.ts'
import type { BoardRow } from '#lib/query/domain-types.ts'

/** A row as it is drawn in a list that is being pointed at. */
export interface HeldRow {
  readonly item: BoardRow
  /** No longer listed; it stays in its place until the pointer leaves. */
  readonly gone: boolean
}

const held = new WeakMap<BoardRow, HeldRow>()

/** One object for each row, so that React does not draw the row again. */
function asItIs(item: BoardRow): HeldRow {
  let row = held.get(item)
  if (row === undefined) {
    row = { item, gone: false }
    held.set(item, row)
  }
  return row
}

const keyOf = ({ item }: HeldRow) => item.key

type BoardRows = Rows<BoardRow>

/** Rows where the server lists them now. */
export function asListed(rows: BoardRows, isHidden?: (key: string) => boolean): Rows<HeldRow> {
  const { count, rowAt, read, readAll } = rows
  const indexes =
    isHidden === undefined
      ? null
      : [...readIndexes(rows)].filter((index) => !isHidden(rows.rowAt(index)?.key ?? ''))
  if (indexes !== null && indexes.length < (read?.length ?? count)) {
    const shown = indexes.flatMap((index) => rowAt(index) ?? [])
    return {
      count: count - ((read?.length ?? count) - indexes.length),
      rowAt: (index) => (shown[index] === undefined ? undefined : asItIs(shown[index])),
      keyOf,
      read: [...shown.keys()],
    }
  }
  return {
    count,
    rowAt(index) {
      const item = rowAt(index)
      return item === undefined ? undefined : asItIs(item)
    },
    keyOf,
    ...(read === undefined ? {} : { read }),
    ...(readAll === undefined ? {} : { readAll: allOf(readAll) }),
  }
}

const readers = new WeakMap<
  NonNullable<BoardRows['readAll']>,
  NonNullable<Rows<HeldRow>['readAll']>
>()

function allOf(readAll: NonNullable<BoardRows['readAll']>) {
  const known = readers.get(readAll)
  if (known !== undefined) return known
  const all = async () => (await readAll()).map(asItIs)
  readers.set(readAll, all)
  return all
}

/** The rows of a list by their index, as they were when the pointer came. */
export type HeldOrder = ReadonlyMap<number, BoardRow>

export function orderOf(rows: Rows<HeldRow>): HeldOrder {
  const order = new Map<number, BoardRow>()
  for (const index of readIndexes(rows)) {
    const row = rows.rowAt(index)
    if (row !== undefined) order.set(index, row.item)
  }
  return order
}

/**
 * The list while it is pointed at: nothing moves under the pointer. Rows of `order` keep their
 * places, also when they have left for another section (`elsewhere`) or are gone; new ones come
 * last. A click hits the row that it was aimed at.
 */
export function asHeld(
  rows: BoardRows,
  order: HeldOrder,
  elsewhere: (key: string) => BoardRow | null,
): Rows<HeldRow> {
  const now = new Map(knownRows(rows).map((row) => [row.key, row]))
  const isWhole = now.size >= rows.count
  const drawn = new Map<number, HeldRow>()
  for (const [index, before] of order) {
    const item = now.get(before.key) ?? elsewhere(before.key)
    drawn.set(
      index,
      item !== null ? asItIs(item) : isWhole ? { item: before, gone: true } : asItIs(before),
    )
    now.delete(before.key)
  }
  let last = Math.max(-1, ...order.keys())
  if (isWhole) {
    for (const row of now.values()) {
      last += 1
      drawn.set(last, asItIs(row))
    }
  } else {
    // Pages that are read while the mouse scrolls the list.
    for (const index of readIndexes(rows)) {
      const row = rows.rowAt(index)
      if (row !== undefined && !drawn.has(index) && now.has(row.key)) drawn.set(index, asItIs(row))
    }
  }
  return {
    count: isWhole ? last + 1 : rows.count,
    rowAt: (index) => drawn.get(index),
    keyOf,
    read: [...drawn.keys()].sort((a, b) => a - b),
    ...(rows.readAll === undefined ? {} : { readAll: allOf(rows.readAll) }),
  }
}
