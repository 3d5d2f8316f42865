'use client'

import { type RefObject, useState } from 'react'
import type { RowKeys } from '#components/ui/in-its-place.ts'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useKeyboardRow } from '#components/ui/keyboard-row.ts'
import type { ListHandle } from '#components/ui/list-handle.ts'

export interface ListKeys<Row> {
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly focusRow: ListHandle['focusRow']
  /** The row that an element stands in. */
  readonly indexOf: (element: Element) => number
  readonly filter: RefObject<HTMLInputElement | null>
  readonly onOpen: (row: Row) => void
  /** Whether it waits for a person: those stand together, and one that waits no longer has left. */
  readonly isWaiting?: (row: Row) => boolean
  readonly onApprove?: (row: Row) => boolean
  readonly onDeny?: (row: Row) => boolean
  /** `range`: from the row selected last. */
  readonly onSelect?: (row: Row, range: boolean) => void
  readonly onEscape?: () => boolean
}

/** The keys of a list of rows. Answers the key of the keyboard row; it stays on its row as others come and go. */
export function useListKeys<Row>(list: ListKeys<Row>): string | null {
  const [current, setCurrent] = useState<string | null>(null)
  const { rows, keyOf, focusRow, isWaiting = () => true } = list
  const at = current === null ? -1 : rows.findIndex((row) => keyOf(row) === current)
  const keyboardRow = useKeyboardRow({
    lists: [keysOf(rows, keyOf, isWaiting), keysOf(rows, keyOf, (row) => !isWaiting(row))],
    current: () => current,
    change: setCurrent,
    placeOf: () => null,
    isUnread: () => false,
    focus: (key, view) =>
      focusRow(
        rows.findIndex((row) => keyOf(row) === key),
        view,
      ),
    rowOf(element) {
      const row = rows[list.indexOf(element)]
      return row === undefined ? null : keyOf(row)
    },
  })

  function move(step: 1 | 0 | -1): boolean {
    const next = at === -1 ? (step === -1 ? rows.length - 1 : 0) : at + step
    const index = Math.max(0, Math.min(rows.length - 1, next))
    const row = rows[index]
    if (row === undefined) return false
    keyboardRow.moved()
    setCurrent(keyOf(row))
    focusRow(index)
    return true
  }
  function leave(): boolean {
    if (list.onEscape?.() === true) return true
    if (at === -1) return false
    setCurrent(null)
    return true
  }
  /** False from it: the key meant nothing for that row. */
  function on(act: ((row: Row) => unknown) | undefined): (event: KeyboardEvent) => boolean {
    return (event) => {
      if (act === undefined) return false
      if (keyboardRow.isUnseen(event)) return true
      const row = rows[at]
      return row !== undefined && act(row) !== false
    }
  }

  useKeys({
    // The mark has gone there by itself meanwhile.
    j: (event) => move(keyboardRow.isUnseen(event) ? 0 : 1),
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
  return at === -1 ? null : current
}

function keysOf<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  belongs: (row: Row) => boolean,
): RowKeys {
  return {
    has: (key) => rows.some((row) => keyOf(row) === key && belongs(row)),
    all: () => rows.filter(belongs).map(keyOf),
  }
}
