import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'

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
  readonly estimate: number
  /** Rows of fixed height need no measuring, which would lay the page out once more. */
  readonly measured: boolean
}

/** Up to this many rows are all drawn: the browser's own search then finds every one. */
const DRAW_ALL = 100

/** What the sticky bar above and the docked bars below cover. */
const COVERED = { above: 112, below: 140 }

/**
 * Rows of a list in a page that scrolls as a whole: those in and near the window are drawn, each at
 * its own height.
 */
export function useWindowRows(options: WindowRowsOptions): WindowRows {
  const { body, count, keyAt, keep, estimate, measured } = options
  const margin = useTopOf(body, count)
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
    overscan: count <= DRAW_ALL ? count : 12,
    scrollMargin: margin,
    scrollPaddingStart: COVERED.above,
    scrollPaddingEnd: COVERED.below,
    rangeExtractor,
  })
  return {
    rows: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, top: start - margin })),
    height: virtualizer.getTotalSize(),
    measure: measured ? virtualizer.measureElement : null,
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  }
}

/** Pixels from the top of the page; follows whatever grows or shrinks above. */
function useTopOf(body: RefObject<HTMLElement | null>, count: number): number {
  const [top, setTop] = useState(0)
  const measure = useCallback(() => {
    if (body.current === null) return
    // oxlint-disable-next-line react/set-state-in-effect -- where it stands is known after layout only
    setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY))
  }, [body])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another length is the sign to look
  useLayoutEffect(measure, [measure, count])
  useLayoutEffect(() => {
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [measure])
  return top
}
