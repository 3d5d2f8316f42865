import { knownRows, type Rows, readIndexes } from '#components/ui/row-list.ts'
import type { BoardRow } from '#lib/query/domain-types.ts'

/** A row as it is drawn in a list that is being pointed at. */
export interface HeldRow {
  readonly item: BoardRow
  /** No longer in the cluster; it keeps its place until the pointer leaves. */
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

/** Rows of a section; `isHidden`: another section still draws the row in its old place. */
export function asListed(rows: BoardRows, isHidden?: (key: string) => boolean): Rows<HeldRow> {
  const { count, rowAt, read, readAll } = rows
  const isHere = (index: number) => isHidden?.(rowAt(index)?.key ?? '') !== true
  const hidden = isHidden === undefined ? [] : [...readIndexes(rows)].filter((at) => !isHere(at))
  if (hidden.length > 0) {
    const before = (index: number) => hidden.filter((at) => at < index).length
    return {
      count: count - hidden.length,
      rowAt(index) {
        const item = rowAt(hidden.reduce((at, gone) => (gone <= at ? at + 1 : at), index))
        return item === undefined ? undefined : asItIs(item)
      },
      keyOf,
      read: [...readIndexes(rows)].filter(isHere).map((index) => index - before(index)),
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

/**
 * Rows of a section that is being pointed at. One that left it stays as it is in the section where
 * it is now (`elsewhere`), or as it was last.
 */
export function withGone(
  rows: BoardRows & { readonly gone: ReadonlyMap<number, BoardRow> },
  elsewhere: (key: string) => BoardRow | null,
): Rows<HeldRow> {
  const listed = asListed(rows)
  const gone = new Map(
    [...rows.gone].map(([index, before]): [number, HeldRow] => {
      const item = elsewhere(before.key)
      return [index, item === null ? { item: before, gone: true } : asItIs(item)]
    }),
  )
  return {
    ...listed,
    rowAt: (index) => gone.get(index) ?? listed.rowAt(index),
    read: [...readIndexes(rows), ...gone.keys()].sort((a, b) => a - b),
  }
}

/** Finds a row that left its section in another one. */
export function finder(around: readonly BoardRows[]): (key: string) => BoardRow | null {
  const byKey = new Map(around.flatMap(knownRows).map((row) => [row.key, row]))
  return (key) => byKey.get(key) ?? null
}

/**
 * The first section with each row that two sections list, for one is answered before the other; null
 * for none. Only the first draws it.
 */
export function listedTwice<Section extends BoardRows>(
  sections: readonly Section[],
): ReadonlyMap<string, Section> | null {
  const first = new Map<string, Section>()
  const twice = new Map<string, Section>()
  for (const section of sections) {
    for (const { key } of knownRows(section)) {
      const before = first.get(key)
      if (before === undefined) first.set(key, section)
      else twice.set(key, before)
    }
  }
  return twice.size === 0 ? null : twice
}
