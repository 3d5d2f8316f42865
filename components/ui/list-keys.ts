import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import type { RowKeys } from '#components/ui/in-its-place.ts'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useKeyboardRow } from '#components/ui/keyboard-row.ts'
import type { Place } from '#components/ui/left-row.ts'
import type { ListHandle, View } from '#components/ui/list-handle.ts'
import { indexOfRow, knownRows, type Rows } from '#components/ui/row-list.ts'
import type { Ticks } from '#components/ui/ticks.ts'

export interface RowActions<Row> {
  readonly onOpen: (row: Row) => void
  /**
   * Whether the row waits for a person. Waiting rows stand together; one that waits no longer
   * counts as left.
   */
  readonly isWaiting?: (row: Row) => boolean
  readonly onApprove?: (row: Row) => boolean
  readonly onDeny?: (row: Row) => boolean
  /** Ticked by `x` and cleared by Escape. */
  readonly ticks?: Ticks<Row>
}

/** A list of rows, one of which may be marked for the keys. */
export interface KeyedList<Row> {
  readonly rows: Rows<Row>
  /** Index of the marked row; -1 for none. */
  readonly marked: number
  /** Ref of the field that filters the list. */
  readonly filter: Filter
  /** Set by the table that draws the rows. */
  readonly handle: Handle
}

type Handle = RefObject<ListHandle | null>
type Filter = RefObject<HTMLInputElement | null>

interface Mark extends Place {
  /** Null while the row is unread. */
  readonly key: string | null
  /** Whether the row takes the focus. */
  readonly takesFocus?: boolean
}

/** Keys of a page with one list. */
export function useListKeys<Row>(rows: Rows<Row>, actions: RowActions<Row>): KeyedList<Row> {
  return useListsKeys({ rows }, actions).rows
}

/** Keys of a page with several lists, always the same ones, one below the other. */
export function useListsKeys<Row, Name extends string>(
  lists: Readonly<Record<Name, Rows<Row>>>,
  actions: RowActions<Row>,
): Readonly<Record<Name, KeyedList<Row>>> {
  const all = Object.entries<Rows<Row>>(lists)
  const [handles] = useState<readonly Handle[]>(() => all.map(() => ({ current: null })))
  const drawn = all.map(([, rows], list) => ({ rows, handle: handles[list] ?? NO_HANDLE }))
  const filter: Filter = useRef(null)
  const marked = useKeysOfLists(drawn, filter, actions)
  const keyed = drawn.map(({ rows, handle }, list): KeyedList<Row> => {
    const index = marked?.list === list ? marked.index : -1
    return { rows, handle, marked: index, filter }
  })
  return Object.fromEntries(all.map(([name], list) => [name, keyed[list]])) as Record<
    Name,
    KeyedList<Row>
  >
}

const NO_HANDLE: Handle = { current: null }

/** Returns the place of the marked row. */
function useKeysOfLists<Row>(
  drawn: readonly Pick<KeyedList<Row>, 'rows' | 'handle'>[],
  filter: Filter,
  actions: RowActions<Row>,
): Place | null {
  const lists = drawn.map(({ rows }) => rows)
  const [mark, show] = useState<Mark | null>(null)
  // Two keys may precede one render: the second acts on the row that the first moved to.
  const latest = useRef<Mark | null>(null)
  useLayoutEffect(() => {
    latest.current = mark
  }, [mark])
  const { isWaiting, ticks } = actions
  const at = mark === null ? null : placeOf(lists, mark)
  const marked = at === null ? undefined : rowAt(lists, at)
  const total = lists.reduce((sum, { count }) => sum + count, 0)

  // The unread row has been read.
  if (mark?.key === null && at !== null && marked !== undefined) {
    show({ ...at, key: keyOfRow(lists, at, marked), takesFocus: true })
  }
  const came = mark?.takesFocus === true ? mark : null
  const cameTo = came === null ? undefined : drawn[came.list]?.handle
  useLayoutEffect(() => {
    if (came !== null) cameTo?.current?.focusRow(came.index)
  }, [came, cameTo])

  function setMark(next: Mark | null): void {
    latest.current = next
    show(next)
  }
  const placeNow = () => (latest.current === null ? null : placeOf(lists, latest.current))
  const find = (key: string) => placeOf(lists, mark?.key === key ? mark : { key })
  function focus(place: Place | null, view?: View): void {
    if (place !== null) drawn[place.list]?.handle.current?.focusRow(place.index, view)
  }
  const keyboardRow = useKeyboardRow({
    lists: lists.flatMap((rows, list) => {
      const near = (key: string) => (mark?.key === key && mark.list === list ? mark.index : -1)
      return isWaiting === undefined
        ? [keysOf(rows, near, () => true)]
        : [keysOf(rows, near, isWaiting), keysOf(rows, near, (row) => !isWaiting(row))]
    }),
    current: () => latest.current?.key ?? null,
    change(key, unread) {
      const place = unread ?? (key === null ? null : find(key))
      setMark(place === null ? null : { ...place, key })
    },
    placeOf: find,
    isUnread: (place) => isWithin(lists, place) && rowAt(lists, place) === undefined,
    focus: (key, view) => focus(find(key), view),
    rowOf: (element) => element.closest('tr[data-key]')?.getAttribute('data-key') ?? null,
  })

  function move(step: 1 | 0 | -1): boolean {
    const from = placeNow()
    const before = from === null ? -1 : countBefore(lists, from.list) + from.index
    const next = before === -1 ? (step === -1 ? total - 1 : 0) : before + step
    const to = placeAt(lists, Math.max(0, Math.min(total - 1, next)))
    if (to === null) return false
    keyboardRow.moved()
    const row = rowAt(lists, to)
    setMark({ ...to, key: row === undefined ? null : keyOfRow(lists, to, row) })
    focus(to)
    return true
  }
  function leave(): boolean {
    if (ticks !== undefined && ticks.keys.size > 0) ticks.clear()
    else if (placeNow() === null) return false
    else setMark(null)
    return true
  }
  /** A handler that returns false: the key has no meaning for that row. */
  function on(act?: (row: Row) => unknown, decides = false): (event: KeyboardEvent) => boolean {
    return (event) => {
      if (act === undefined) return false
      if (keyboardRow.isUnseen(event, decides)) return true
      const place = placeNow()
      if (place === null) return false
      const row = rowAt(lists, place)
      if (row !== undefined) return act(row) !== false
      // An unread row was never on screen: the key only scrolls to it.
      focus(place)
      return true
    }
  }

  useKeys({
    // The mark has moved by itself meanwhile.
    j: (event) => move(keyboardRow.isUnseen(event) ? 0 : 1),
    k: () => move(-1),
    Enter: on(actions.onOpen),
    a: on(actions.onApprove, true),
    d: on(actions.onDeny, true),
    x: on(ticks && ((row) => ticks.tick(row, false))),
    'shift+x': on(ticks && ((row) => ticks.tick(row, true))),
    '/': () => {
      filter.current?.focus()
      filter.current?.select()
      return filter.current !== null
    },
    Escape: leave,
  })
  return at
}

function rowAt<Row>(lists: readonly Rows<Row>[], { list, index }: Place): Row | undefined {
  return lists[list]?.rowAt(index)
}

function keyOfRow<Row>(lists: readonly Rows<Row>[], { list }: Place, row: Row): string | null {
  return lists[list]?.keyOf(row) ?? null
}

function isWithin<Row>(lists: readonly Rows<Row>[], { list, index }: Place): boolean {
  return index < (lists[list]?.count ?? 0)
}

/** Place in the list of the last place, or in another list. */
function placeOf<Row>(
  lists: readonly Rows<Row>[],
  { key, list: last, index: near }: { readonly key: string | null } & Partial<Place>,
): Place | null {
  if (key === null) {
    const place = last === undefined || near === undefined ? null : { list: last, index: near }
    return place !== null && isWithin(lists, place) ? place : null
  }
  const order = lists.map((_, list) => list).sort((a, b) => Number(b === last) - Number(a === last))
  for (const list of order) {
    const rows = lists[list]
    const index = rows === undefined ? -1 : indexOfRow(rows, key, list === last ? near : -1)
    if (index !== -1) return { list, index }
  }
  return null
}

function countBefore<Row>(lists: readonly Rows<Row>[], list: number): number {
  return lists.slice(0, list).reduce((sum, { count }) => sum + count, 0)
}

/** Place of the row with that index among the rows of all lists. */
function placeAt<Row>(lists: readonly Rows<Row>[], among: number): Place | null {
  let index = among
  for (const [list, { count }] of lists.entries()) {
    if (index >= 0 && index < count) return { list, index }
    index -= count
  }
  return null
}

function keysOf<Row>(
  rows: Rows<Row>,
  near: (key: string) => number,
  belongs: (row: Row) => boolean,
): RowKeys {
  return {
    has(key) {
      const at = indexOfRow(rows, key, near(key))
      if (at === -1) return false
      const row = rows.rowAt(at)
      return row === undefined || belongs(row)
    },
    all: () => knownRows(rows).filter(belongs).map(rows.keyOf),
  }
}
