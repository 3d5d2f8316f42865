import { type Dispatch, type SetStateAction, useMemo, useState } from 'react'
import { knownRows, type Rows, readIndexes } from '#components/ui/row-list.ts'

export interface TickWords<Row> {
  /** Head of the column, where it is not the box that ticks all. */
  readonly column: string
  readonly all: string
  /** Name of the row's box; null for a row without a box. */
  readonly nameOf: (row: Row) => string | null
}

/** Rows that a person has ticked for one action. */
export interface Ticks<Row> {
  readonly keys: ReadonlySet<string>
  readonly can: (row: Row) => boolean
  /** `range`: all rows from the one ticked last. */
  readonly tick: (row: Row, range: boolean) => void
  readonly untick: (keys: readonly string[]) => void
  readonly clear: () => void
  /** Share of ticked rows among those that can be ticked; `off`: none can be. */
  readonly all: () => 'off' | 'none' | 'mixed' | 'ticked'
  /** Ticks exactly the listed rows that can be ticked; unticks them when all are. */
  readonly tickAll: () => void
  readonly words: TickWords<Row>
}

interface Ticked {
  /** Keys of ticked rows, each with the name of the list where the row was ticked. */
  readonly lists: ReadonlyMap<string, string>
  /** First row of a range. */
  readonly anchor: string | null
  /** The lists whose rows were all ticked, including unread rows. */
  readonly whole: readonly Rows<never>['readAll'][]
}

const NOTHING: Ticked = { lists: new Map(), anchor: null, whole: [] }

/** Ticks of a page with one list. */
export function useTicks<Row>(
  rows: Rows<Row>,
  can: (row: Row) => boolean,
  words: TickWords<Row>,
): Ticks<Row> {
  return useListsTicks({ rows }, can, { rows: words }).rows
}

/** Ticks that several lists share: the `keys` of each are those of all. */
export function useListsTicks<Row, Name extends string>(
  lists: Readonly<Record<Name, Rows<Row>>>,
  can: (row: Row) => boolean,
  words: Readonly<Record<Name, TickWords<Row>>>,
): Readonly<Record<Name, Ticks<Row>>> {
  const [ticked, setTicked] = useState(NOTHING)
  const keys = useMemo(() => new Set(ticked.lists.keys()), [ticked.lists])
  const all = Object.entries<Rows<Row>>(lists) as [Name, Rows<Row>][]
  return Object.fromEntries(
    all.map(([name, rows]) => {
      const shared = { ticked, setTicked, keys, can, words: words[name] }
      return [name, ticksOf(name, rows, shared)]
    }),
  ) as Record<Name, Ticks<Row>>
}

interface Shared<Row> extends Pick<Ticks<Row>, 'keys' | 'can' | 'words'> {
  readonly ticked: Ticked
  readonly setTicked: Dispatch<SetStateAction<Ticked>>
}

/** Computes which rows can be ticked only on demand: there may be thousands. */
function ticksOf<Row>(
  name: string,
  rows: Rows<Row>,
  { ticked, setTicked, keys, can, words }: Shared<Row>,
): Ticks<Row> {
  const { anchor, whole } = ticked
  const { count, rowAt, keyOf, read, readAll } = rows
  const isRead = read === undefined || read.length >= count

  function hasTickable(): boolean {
    for (const index of readIndexes(rows)) {
      const row = rowAt(index)
      if (row !== undefined && can(row)) return true
    }
    return false
  }
  function all(): ReturnType<Ticks<Row>['all']> {
    if (keys.size === 0) return hasTickable() ? 'none' : 'off'
    const tickable = knownRows(rows).filter(can).map(keyOf)
    const count = tickable.filter((key) => keys.has(key)).length
    if (tickable.length === 0) return 'off'
    const isWhole = isRead || whole.includes(readAll as Ticked['whole'][number])
    return count === 0 ? 'none' : isWhole && count === tickable.length ? 'ticked' : 'mixed'
  }
  /** Calls `act` with the keys of all rows that can be ticked, in screen order. */
  function withTickable(act: (tickable: readonly string[]) => void): void {
    const actOn = (list: readonly Row[]) => act(list.filter(can).map(keyOf))
    if (isRead || readAll === undefined) actOn(knownRows(rows))
    else
      readAll().then(actOn, () => {
        // The list itself shows why it cannot be read.
      })
  }
  function toggled({ lists }: Ticked, key: string): Ticked {
    const next = new Map(lists)
    if (!next.delete(key)) next.set(key, name)
    return { lists: next, anchor: key, whole: [] }
  }
  return {
    keys,
    can,
    words,
    all,
    tick(row, range) {
      if (!can(row)) return
      const key = keyOf(row)
      if (!range || anchor === null) setTicked((before) => toggled(before, key))
      else
        withTickable((order) => {
          const ends = [anchor, key].map((end) => order.indexOf(end))
          const between = order.slice(Math.min(...ends), Math.max(...ends) + 1)
          setTicked((before) =>
            ends.includes(-1)
              ? toggled(before, key)
              : { lists: withKeys(before.lists, between, name), anchor, whole: [] },
          )
        })
    },
    untick(gone) {
      setTicked((before) => {
        if (!gone.some((key) => before.lists.has(key))) return before
        const kept = [...before.lists].filter(([key]) => !gone.includes(key))
        return { ...before, lists: new Map(kept) }
      })
    },
    clear: () => setTicked(NOTHING),
    tickAll() {
      const set = (tickable: readonly string[], isWhole: boolean) =>
        setTicked((before) => {
          const others = [...before.lists].filter(([, list]) => list !== name)
          const its = readAll as Ticked['whole'][number]
          return {
            lists: withKeys(new Map(others), tickable, name),
            anchor: null,
            whole: [...before.whole.filter((one) => one !== its), ...(isWhole ? [its] : [])],
          }
        })
      if (all() === 'ticked') set([], false)
      else withTickable((tickable) => set(tickable, true))
    },
  }
}

function withKeys(lists: Ticked['lists'], keys: readonly string[], name: string): Ticked['lists'] {
  return new Map([...lists, ...keys.map((key) => [key, name] as const)])
}
