import { knownRows, type Rows, readIndexes } from '#components/ui/row-list.ts'
import type { BoardRow } from '#lib/wire/views.ts'

/** A row as drawn in a list under the mouse. */
export interface HeldRow {
  readonly item: BoardRow
  /** True for a row that has left the cluster; it keeps its place until the mouse leaves. */
  readonly gone: boolean
}

/** The name that a person reads: the node's, or the request's own. */
export function rowName(row: BoardRow): string {
  if (row.kind === 'alarm') return row.alarm.request
  return row.kind === 'machine' ? row.machine.name : row.request.name
}

const held = new WeakMap<BoardRow, HeldRow>()

/** One row keeps one object, so that React does not draw the row again. */
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

/** Rows of a section; `isHidden`: another section draws the row. */
export function asListed(rows: BoardRows, isHidden?: (key: string) => boolean): Rows<HeldRow> {
  const { count, rowAt, read, readAll } = rows
  const others = isHidden === undefined ? null : without(rows, isHidden)
  if (others !== null) return others
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

/** The remaining rows, each moved up by the hidden ones before it; null where none is hidden. */
function without(rows: BoardRows, isHidden: (key: string) => boolean): Rows<HeldRow> | null {
  const shown = new Map<number, BoardRow>()
  let hidden = 0
  for (const index of readIndexes(rows)) {
    const item = rows.rowAt(index)
    if (item === undefined) continue
    if (isHidden(item.key)) hidden += 1
    else shown.set(index - hidden, item)
  }
  if (hidden === 0) return null
  return {
    count: rows.count - hidden,
    rowAt(index) {
      const item = shown.get(index)
      return item === undefined ? undefined : asItIs(item)
    },
    keyOf,
    read: [...shown.keys()],
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
 * Rows of a section under the mouse. A row that has left keeps its place: as it is in its new
 * section (`elsewhere`), or else as it last was.
 */
export function withGone(
  rows: Section,
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

/** Finds a row in the other sections. */
export function finder(around: readonly BoardRows[]): (key: string) => BoardRow | null {
  const byKey = new Map(around.flatMap(knownRows).map((row) => [row.key, row]))
  return (key) => byKey.get(key) ?? null
}

interface Section extends BoardRows {
  readonly gone: ReadonlyMap<number, BoardRow>
}

/**
 * The section that draws a row. A row may be kept in place by one section, or be listed by two
 * while their answers differ: the keeping section wins, else the first. Null for none.
 */
export function drawnBy<Some extends Section>(
  sections: readonly Some[],
): ReadonlyMap<string, Some> | null {
  const kept = sections.flatMap((section) =>
    [...section.gone.values()].map(({ key }): [string, Some] => [key, section]),
  )
  const drawn = new Map(kept)
  const first = new Map(kept)
  for (const section of sections) {
    for (const { key } of knownRows(section)) {
      const before = first.get(key)
      if (before === undefined) first.set(key, section)
      else drawn.set(key, before)
    }
  }
  return drawn.size === 0 ? null : drawn
}
