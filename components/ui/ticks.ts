import { useRef, useState } from 'react'
import { indexOfRow, knownRows, type Rows } from '#components/ui/rows.ts'

export interface TickWords<Row> {
  /** The head of the column, where it is not the box that ticks all. */
  readonly column: string
  readonly all: string
  readonly nameOf: (row: Row) => string
}

/** The rows that a person has ticked, to do something with all of them. */
export interface Ticks<Row> {
  readonly keys: ReadonlySet<string>
  readonly can: (row: Row) => boolean
  /** `range`: all from the row that was ticked last. */
  readonly tick: (row: Row, range: boolean) => void
  /** Of the rows shown that can be ticked; `off`: there is none. */
  readonly all: 'off' | 'none' | 'mixed' | 'ticked'
  readonly tickAll: () => void
  readonly clear: () => void
  readonly words: TickWords<Row>
}

export function useTicks<Row>(
  rows: Rows<Row>,
  can: (row: Row) => boolean,
  words: TickWords<Row>,
): Ticks<Row> {
  const { keyOf } = rows
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string | null>(null)
  const tickable = knownRows(rows).filter(can).map(keyOf)
  const ticked = keys.size === 0 ? 0 : tickable.filter((key) => keys.has(key)).length
  const isAll = ticked > 0 && ticked === tickable.length
  return {
    keys,
    can,
    words,
    all: tickable.length === 0 ? 'off' : isAll ? 'ticked' : ticked > 0 ? 'mixed' : 'none',
    tick(row, range) {
      if (!can(row)) return
      const key = keyOf(row)
      const from = range && last.current !== null ? indexOfRow(rows, last.current) : -1
      const to = indexOfRow(rows, key)
      last.current = key
      setKeys((before) => {
        const next = new Set(before)
        if (from === -1) {
          if (!next.delete(key)) next.add(key)
          return next
        }
        for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
          const between = rows.rowAt(index)
          if (between !== undefined && can(between)) next.add(keyOf(between))
        }
        return next
      })
    },
    tickAll: () => setKeys(new Set(isAll ? [] : tickable)),
    clear: () => setKeys(new Set()),
  }
}
