import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

/** Rows of a list by index, as far as they are read. */
export interface ListedRows<Row> {
  readonly count: number
  /** Undefined while the row's page is being read. */
  readonly rowAt: (index: number) => Row | undefined
  readonly keyOf: (row: Row) => string
  /** The indexes of the rows that are read. */
  readonly read: readonly number[]
}

export interface HeldRows<Row> extends ListedRows<Row> {
  /** Rows that left the list, by the index of the place that each keeps. */
  readonly gone: ReadonlyMap<number, Row>
  /** Number of rows that come, leave or move once the list is brought up to date. */
  readonly changes: number
}

/** Reason that rows keep their places: a mouse over them, or the keys' mark on one of them. */
export type HeldBy = 'pointer' | 'mark'

export interface Hold {
  readonly changes: number
  /** Draws the rows in the order of the server's list. */
  readonly bringIn: () => void
  readonly set: (by: HeldBy, isOn: boolean) => void
}

/** The rows by index, as they were when they began to keep their places. */
export type HeldOrder<Row> = ReadonlyMap<number, Row>

const NONE: ReadonlyMap<number, never> = new Map<number, never>()

export function orderOf<Row>({ read, rowAt }: ListedRows<Row>): HeldOrder<Row> {
  const order = new Map<number, Row>()
  for (const index of read) {
    const row = rowAt(index)
    if (row !== undefined) order.set(index, row)
  }
  return order
}

export function asListed<Row>(listed: ListedRows<Row>): HeldRows<Row> {
  return { ...listed, gone: NONE, changes: 0 }
}

/**
 * The rows in the places of `order`, with new ones at the end. Under a mouse a row that left keeps
 * its place. With the mark alone the row leaves, and the mark moves on.
 */
export function holdRows<Row>(
  listed: ListedRows<Row>,
  order: HeldOrder<Row>,
  by: HeldBy,
): HeldRows<Row> {
  const { keyOf } = listed
  const now = new Map([...orderOf(listed)].map(([at, row]) => [keyOf(row), { at, row }]))
  const isWhole = now.size >= listed.count
  const isDense = Math.max(-1, ...order.keys()) < order.size
  // A missing row of a paged list may be on another page: only a mouse holds its rows.
  if (isWhole ? !isDense : by === 'mark') return asListed(listed)
  const drawn = new Map<number, Row>()
  const gone = new Map<number, Row>()
  let missing = 0
  for (const [index, before] of order) {
    const key = keyOf(before)
    const known = now.get(key)
    now.delete(key)
    if (known !== undefined || !isWhole) drawn.set(index - missing, known?.row ?? before)
    else if (by === 'pointer') gone.set(index, before)
    else missing += 1
  }
  let last = order.size - missing
  for (const { at, row } of now.values()) {
    if (isWhole) drawn.set(last++, row)
    // Pages read while the mouse scrolls are added.
    else if (!drawn.has(at)) drawn.set(at, row)
  }
  const rows = {
    count: isWhole ? last : listed.count,
    rowAt: (index: number) => drawn.get(index),
    keyOf,
    read: [...drawn.keys()].sort((a, b) => a - b),
    gone,
  }
  return { ...rows, changes: gone.size + misplaced(rows, listed) }
}

/** Least number of rows to take out so that the remaining ones are in the order of the list. */
function misplaced<Row>(drawn: ListedRows<Row>, listed: ListedRows<Row>): number {
  const { keyOf } = listed
  const placeOf = new Map([...orderOf(listed)].map(([at, row]) => [keyOf(row), at]))
  const places = [...orderOf(drawn).values()].flatMap((row) => placeOf.get(keyOf(row)) ?? [])
  return placeOf.size - longestRising(places)
}

/** Length of the longest rising subsequence of different numbers. */
function longestRising(numbers: readonly number[]): number {
  /** At `n`: the least last number of a rising subsequence of `n + 1` numbers so far. */
  const ends: number[] = []
  for (const number of numbers) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    ends[low] = number
  }
  return ends.length
}

interface State<Row> {
  readonly by: Readonly<Record<HeldBy, boolean>>
  /** The list to which the order belongs; another filter or sorting is another list. */
  readonly list: unknown
  /** Null while the rows may move. */
  readonly order: HeldOrder<Row> | null
}

const FREE = { by: { pointer: false, mark: false }, list: null, order: null } as const

/**
 * Keeps rows in their places while a person points at them. `list` is the same value for the same
 * list.
 */
export function useHeldRows<Row>(
  listed: ListedRows<Row>,
  list: unknown,
): HeldRows<Row> & { readonly hold: Hold } {
  const [{ by, list: heldList, order }, setState] = useState<State<Row>>(FREE)
  const rows = useMemo(
    () =>
      order === null || heldList !== list
        ? asListed(listed)
        : holdRows(listed, order, by.pointer ? 'pointer' : 'mark'),
    [listed, list, order, heldList, by],
  )
  const latest = useRef({ listed, list, rows })
  useEffect(() => {
    latest.current = { listed, list, rows }
  })
  const set = useCallback((which: HeldBy, isOn: boolean) => {
    setState((before) => {
      if (before.by[which] === isOn) return before
      const { list, rows } = latest.current
      const by = { ...before.by, [which]: isOn }
      if (!by.pointer && !by.mark) return FREE
      const isSame = before.order !== null && before.list === list
      return { by, list, order: isSame ? before.order : orderOf(rows) }
    })
  }, [])
  const bringIn = useCallback(() => {
    setState((before) => {
      const { list, listed } = latest.current
      return before.order === null ? before : { ...before, list, order: orderOf(listed) }
    })
  }, [])
  const { changes } = rows
  const hold = useMemo(() => ({ changes, bringIn, set }), [changes, bringIn, set])
  return useMemo(() => ({ ...rows, hold }), [rows, hold])
}
