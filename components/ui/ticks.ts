import { useRef, useState } from 'react'
import { knownRows, type Rows } from '#components/ui/rows.ts'

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
  const { count, keyOf, read, readAll } = rows
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set())
  /** The list whose rows were all ticked, also those that are not read. */
  const [whole, setWhole] = useState<Rows<Row>['readAll']>()
  const last = useRef<string | null>(null)
  const tickable = knownRows(rows).filter(can).map(keyOf)
  const ticked = keys.size === 0 ? 0 : tickable.filter((key) => keys.has(key)).length
  const isWhole = read === undefined || read.length >= count || whole === readAll
  const isAll = isWhole && ticked > 0 && ticked === tickable.length

  function withAll(act: (all: readonly Row[]) => void): void {
    if (readAll === undefined) act(knownRows(rows))
    else
      readAll().then(act, () => {
        // The list itself tells why it cannot be read.
      })
  }

  return {
    keys,
    can,
    words,
    all: tickable.length === 0 ? 'off' : isAll ? 'ticked' : ticked > 0 ? 'mixed' : 'none',
    tick(row, range) {
      if (!can(row)) return
      const key = keyOf(row)
      const from = last.current
      last.current = key
      setWhole(undefined)
      if (!range || from === null) {
        setKeys((before) => toggled(before, key))
        return
      }
      withAll((all) => {
        const ends = [from, key].map((end) => all.findIndex((one) => keyOf(one) === end))
        const between = all.slice(Math.min(...ends), Math.max(...ends) + 1)
        setKeys((before) =>
          ends.includes(-1)
            ? toggled(before, key)
            : new Set([...before, ...between.filter(can).map(keyOf)]),
        )
      })
    },
    tickAll() {
      if (isAll) setKeys(new Set())
      else
        withAll((all) => {
          setKeys(new Set(all.filter(can).map(keyOf)))
          setWhole(() => readAll)
        })
    },
    clear: () => setKeys(new Set()),
  }
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return next
}
