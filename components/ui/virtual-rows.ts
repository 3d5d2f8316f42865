'use client'

import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useLayoutEffect, useState } from 'react'

export interface VirtualRows {
  /** Indexes of the rows to draw, in order. */
  readonly indexes: readonly number[]
  /** Pixels of the rows left out above and below. */
  readonly before: number
  readonly after: number
  readonly scrollTo: (index: number) => void
}

/** Rows outside the window are not drawn; the page itself scrolls. All rows are equally high. */
export function useVirtualRows(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): VirtualRows {
  const [top, setTop] = useState(0)
  // What stands above the list (a banner, a filter that wraps) changes with any render; the same
  // number again stops there.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  useLayoutEffect(() => {
    if (body.current !== null) {
      setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY))
    }
  })
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    initialRect: { width: 1280, height: 1080 },
  })
  const items = virtualizer.getVirtualItems()
  const first = items[0]
  const last = items.at(-1)
  return {
    indexes: items.map(({ index }) => index),
    before: first === undefined ? 0 : first.start - top,
    after: last === undefined ? 0 : virtualizer.getTotalSize() - (last.end - top),
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  }
}
