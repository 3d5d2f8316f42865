'use client'

import { type RefObject, useEffect, useRef } from 'react'
import { type ListKeys, useListKeys } from '#components/shell/list-keys.ts'
import { type ListHandle, listHandle } from '#components/ui/list-handle.ts'
import { useIsPhone } from '#components/ui/phone.ts'
import { useVirtualRows, type VirtualRows } from '#components/ui/virtual-rows.ts'

/** Pixels: as a row of columns, and as lines. */
export interface RowHeight {
  readonly row: number
  readonly lines: number
}

interface DenseRows<Row> {
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly window: VirtualRows
  readonly body: RefObject<HTMLTableSectionElement | null>
  readonly lines: boolean
  /** Whether the keys are on that row. */
  readonly isCurrent: (row: Row) => boolean
}

/** What a DenseTable is to know of its rows, each with its `data-index`; the list's keys are on them. */
export function useDenseRows<Row>(
  height: RowHeight,
  list: Omit<ListKeys<Row>, 'focusRow' | 'indexOf'>,
): DenseRows<Row> {
  const { rows, keyOf } = list
  const body = useRef<HTMLTableSectionElement>(null)
  const lines = useIsPhone()
  const scrollTo = useRef<(index: number) => void>(() => {})
  const handle = useRef<ListHandle>(null)
  useEffect(() => {
    handle.current = listHandle(body, scrollTo)
  }, [])
  const current = useListKeys({
    ...list,
    focusRow: (index, view) => handle.current?.focusRow(index, view),
    indexOf(element) {
      const index = element.closest('tr[data-index]')?.getAttribute('data-index')
      return body.current?.contains(element) === true ? Number(index ?? -1) : -1
    },
  })
  const keep = current === null ? -1 : rows.findIndex((row) => keyOf(row) === current)
  const window = useVirtualRows(body, rows.length, lines ? height.lines : height.row, {
    keep: keep === -1 ? null : keep,
  })
  useEffect(() => {
    scrollTo.current = window.scrollTo
  })
  return { rows, keyOf, window, body, lines, isCurrent: (row) => keyOf(row) === current }
}
