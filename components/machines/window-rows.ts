import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback } from 'react'
import { covered, OVERSCAN, useTopOf, useVirtualRows } from '#components/ui/virtual-rows.ts'

export interface WindowRows {
  readonly rows: readonly { readonly index: number; readonly top: number }[]
  readonly height: number
  readonly measure: ((element: HTMLElement | null) => void) | null
  readonly scrollTo: (index: number) => void
}

interface WindowRowsOptions {
  readonly body: RefObject<HTMLElement | null>
  readonly count: number
  readonly keyAt: (index: number) => string
  /** Drawn wherever the window is: the keyboard's row must not lose the focus. */
  readonly keep: number | null
  /** The height of each row; of a measured one, until it is drawn. */
  readonly estimate: number
  /** Rows of fixed height need no measuring, which would lay the page out once more. */
  readonly measured: boolean
}

/** Up to this many rows are all drawn: the browser's own search then finds every one. */
const DRAW_ALL = 100

/**
 * Rows of a list in a page that scrolls as a whole: those in and near the window are drawn, each at
 * its own height.
 */
export function useWindowRows(options: WindowRowsOptions): WindowRows {
  const { body, count, keep, estimate, measured } = options
  const fixed = useVirtualRows(body, count, estimate, { keep, drawAll: DRAW_ALL })
  const virtual = useMeasuredRows(options)
  return measured
    ? virtual
    : {
        rows: fixed.indexes.map((index) => ({ index, top: index * estimate })),
        height: count * estimate,
        measure: null,
        scrollTo: fixed.scrollTo,
      }
}

function useMeasuredRows(options: WindowRowsOptions): WindowRows {
  const { body, keyAt, keep, estimate, measured } = options
  // It keeps an entry for each row, also when nobody asks for it.
  const count = measured ? options.count : 0
  const margin = useTopOf(body)
  const { above, below } = covered()
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range)
      if (keep === null || keep >= range.count || indexes.includes(keep)) return indexes
      return [...indexes, keep].sort((a, b) => a - b)
    },
    [keep],
  )
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => estimate,
    getItemKey: keyAt,
    overscan: count <= DRAW_ALL ? count : OVERSCAN,
    scrollMargin: margin,
    scrollPaddingStart: above,
    scrollPaddingEnd: below,
    rangeExtractor,
  })
  return {
    rows: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, top: start - margin })),
    height: virtualizer.getTotalSize(),
    measure: virtualizer.measureElement,
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  }
}
