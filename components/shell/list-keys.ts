'use client'

import { type RefObject, useState } from 'react'
import { useKeys } from '#components/shell/keyboard.tsx'

export interface ListKeys<Row> {
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly scrollTo: (index: number) => void
  readonly filter: RefObject<HTMLInputElement | null>
  readonly onOpen: (row: Row) => void
  readonly onApprove?: (row: Row) => boolean
  readonly onDeny?: (row: Row) => boolean
  /** `range`: from the row selected last. */
  readonly onSelect?: (row: Row, range: boolean) => void
  readonly onEscape?: () => boolean
}

/** The keys of a list of rows. Answers the key of the keyboard row; it stays on its row as others come and go. */
export function useListKeys<Row>(list: ListKeys<Row>): string | null {
  const [current, setCurrent] = useState<string | null>(null)
  const { rows, keyOf } = list
  const at = current === null ? -1 : rows.findIndex((row) => keyOf(row) === current)

  function move(step: number): boolean {
    const next = at === -1 ? (step > 0 ? 0 : rows.length - 1) : at + step
    const row = rows[Math.max(0, Math.min(rows.length - 1, next))]
    if (row === undefined) return false
    setCurrent(keyOf(row))
    list.scrollTo(rows.indexOf(row))
    return true
  }
  function leave(): boolean {
    if (list.onEscape?.() === true) return true
    if (at === -1) return false
    setCurrent(null)
    return true
  }
  /** False from it: the key meant nothing for that row. */
  function on(act: ((row: Row) => unknown) | undefined): () => boolean {
    return () => {
      const row = rows[at]
      return row !== undefined && act !== undefined && act(row) !== false
    }
  }

  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: on(list.onOpen),
    a: on(list.onApprove),
    d: on(list.onDeny),
    x: on(list.onSelect && ((row) => list.onSelect?.(row, false))),
    'shift+x': on(list.onSelect && ((row) => list.onSelect?.(row, true))),
    '/': () => {
      list.filter.current?.focus()
      return list.filter.current !== null
    },
    Escape: leave,
  })
  // A row that left the list takes the mark with it: the next key starts from the top.
  return at === -1 ? null : current
}
