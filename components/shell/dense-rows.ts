'use client'

import { type RefObject, useRef } from 'react'
import { useIsPhone } from '#components/machines/phone.ts'
import { type ListKeys, useListKeys } from '#components/shell/list-keys.ts'
import { useVirtualRows, type VirtualRows } from '#components/ui/virtual-rows.ts'

/** Pixels: as a row of columns, and as lines. */
export interface RowHeight {
  readonly row: number
  readonly lines: number
}

interface DenseRows<Row> {
  readonly rows: readonly Row[]
  readonly window: VirtualRows
  readonly body: RefObject<HTMLTableSectionElement | null>
  readonly lines: boolean
  /** Whether the keys are on that row. */
  readonly isCurrent: (row: Row) => boolean
}

/** What a DenseTable is to know of its rows; the list's keys are on them. */
export function useDenseRows<Row>(
  height: RowHeight,
  list: Omit<ListKeys<Row>, 'scrollTo'>,
): DenseRows<Row> {
  const { rows, keyOf } = list
  const body = useRef<HTMLTableSectionElement>(null)
  const lines = useIsPhone()
  const window = useVirtualRows(body, rows.length, lines ? height.lines : height.row)
  const current = useListKeys({ ...list, scrollTo: window.scrollTo })
  return { rows, window, body, lines, isCurrent: (row) => keyOf(row) === current }
}
