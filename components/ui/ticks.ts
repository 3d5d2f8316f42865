import { useState } from 'react'
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
  /** Ticks exactly the listed rows that can be ticked; unticks all when all are ticked. */
  readonly tickAll: () => void
  readonly words: TickWords<Row>
}

interface Ticked {
  readonly keys: ReadonlySet<string>
  /** First row of a range. */
  readonly anchor: string | null
  /** The list whose rows were all ticked, including unread rows. */
  readonly whole: Rows<never>['readAll']
}

const NOTHING: Ticked = { keys: new Set(), anchor: null, whole: undefined }

/** Computes which rows can be ticked only on demand: there may be thousands. */
export function useTicks<Row>(
  rows: Rows<Row>,
  can: (row: Row) => boolean,
  words: TickWords<Row>,
): Ticks<Row> {
  const { count, rowAt, keyOf, read, readAll } = rows
  const [{ keys, anchor, whole }, setTicked] = useState(NOTHING)
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
    const ticked = tickable.filter((key) => keys.has(key)).length
    if (tickable.length === 0) return 'off'
    const isWhole = isRead || whole === readAll
    return ticked === 0 ? 'none' : isWhole && ticked === tickable.length ? 'ticked' : 'mixed'
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
  return {
    keys,
    can,
    words,
    all,
    tick(row, range) {
      if (!can(row)) return
      const key = keyOf(row)
      if (!range || anchor === null) setTicked((ticked) => toggled(ticked, key))
      else
        withTickable((order) => {
          const ends = [anchor, key].map((end) => order.indexOf(end))
          const between = order.slice(Math.min(...ends), Math.max(...ends) + 1)
          setTicked((ticked) =>
            ends.includes(-1)
              ? toggled(ticked, key)
              : { keys: new Set([...ticked.keys, ...between]), anchor, whole: undefined },
          )
        })
    },
    untick(gone) {
      setTicked((ticked) => {
        if (!gone.some((key) => ticked.keys.has(key))) return ticked
        const kept = [...ticked.keys].filter((key) => !gone.includes(key))
        return { ...ticked, keys: new Set(kept) }
      })
    },
    clear: () => setTicked(NOTHING),
    tickAll() {
      if (all() === 'ticked') setTicked(NOTHING)
      else
        withTickable((tickable) =>
          setTicked({ keys: new Set(tickable), anchor: null, whole: readAll as Ticked['whole'] }),
        )
    },
  }
}

function toggled({ keys }: Ticked, key: string): Ticked {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return { keys: next, anchor: key, whole: undefined }
}
