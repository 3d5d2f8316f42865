import {
  defaultRangeExtractor,
  measureElement,
  type Range,
  useWindowVirtualizer,
} from '@tanstack/react-virtual'
import {
  type RefObject,
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useIsOnPaper } from '#components/ui/phone.ts'

interface WindowRowsOptions {
  readonly body: RefObject<HTMLElement | null>
  readonly count: number
  /** Height of each row; the estimate for a measured row that is not drawn yet. */
  readonly height: number
  /**
   * Keys of rows with measured heights. Rows of one height are not measured: measuring forces a
   * layout.
   */
  readonly measuredKey?: ((index: number) => string) | null
  /** Pixels of a head above the row of that index. */
  readonly headAbove?: ReadonlyMap<number, number>
  /** Index of a row that is always drawn because it has the focus. */
  readonly keep?: number
  /** Largest number of rows that are all drawn. */
  readonly drawAll?: number
}

const NO_HEADS: ReadonlyMap<number, number> = new Map()
/** Rows drawn beyond each end of the window. */
const OVERSCAN = 12
/** Most rows drawn on paper, where a person cannot scroll. */
const MOST_ON_PAPER = 500
/** `short` in globals.css: in a lower window no bar is sticky. */
const SHORT = 480

/** Draws only rows in or near the window; the page itself scrolls. */
export function useWindowRows(options: WindowRowsOptions) {
  const { body, count, height, measuredKey = null, keep = -1, drawAll = 0 } = options
  const { headAbove = NO_HEADS } = options
  const margin = useTopOf(body)
  const rangeExtractor = useCallback(
    (range: Range) => {
      const indexes = defaultRangeExtractor(range)
      if (keep < 0 || keep >= range.count || indexes.includes(keep)) return indexes
      return [...indexes, keep].sort((a, b) => a - b)
    },
    [keep],
  )
  // The rows in the window are painted first.
  const onScreen = useDeferredValue(count <= drawAll ? count : OVERSCAN, 0)
  const overscan = useIsOnPaper() ? Math.min(count, MOST_ON_PAPER) : onScreen
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: (index) => height + (headAbove.get(index) ?? 0),
    ...(measuredKey === null ? {} : { getItemKey: measuredKey }),
    measureElement: (element, entry, instance) =>
      measureElement(element, entry, instance) +
      (headAbove.get(instance.indexFromElement(element)) ?? 0),
    overscan,
    scrollMargin: margin,
    rangeExtractor,
  })
  const isMeasured = measuredKey !== null
  // The virtualizer caches heights: reset it when they change.
  const heads = [...headAbove].join()
  const known = useRef({ height, heads })
  useLayoutEffect(() => {
    if (known.current.height !== height || known.current.heads !== heads) virtualizer.measure()
    known.current = { height, heads }
  }, [virtualizer, height, heads])
  return {
    /** Rows in or near the window; pixels from the top of the list's body. */
    rows: virtualizer
      .getVirtualItems()
      .map(({ index, start, end }) => ({ index, top: start - margin, bottom: end - margin })),
    /** Pixels of all rows, drawn or not. */
    height: virtualizer.getTotalSize(),
    /** Ref of each row where heights are measured. */
    measure: isMeasured ? virtualizer.measureElement : null,
    scrollTo(index: number): void {
      const row = virtualizer.measurementsCache[index]
      if (row === undefined) return
      // The margin may be outdated by a change above the list.
      const moved = topOf(body.current) - margin
      const { above, below } = covered()
      const highest = row.end + moved + below - window.innerHeight
      const lowest = row.start + moved - above
      if (window.scrollY > lowest) window.scrollTo({ top: lowest })
      else if (window.scrollY < highest) window.scrollTo({ top: highest })
    },
  }
}

/** Pixels that the sticky bar above and the docked bars below cover. */
function covered(): { readonly above: number; readonly below: number } {
  return window.innerHeight < SHORT ? { above: 16, below: 16 } : { above: 112, below: 140 }
}

/** Pixels from the top of the page; follows changes of height above. */
function useTopOf(body: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  const known = useRef<HTMLElement | null>(null)
  const measure = useCallback(() => setTop(topOf(body.current)), [body])
  // Another element has another position. Measuring at each render would force a layout each time.
  useLayoutEffect(() => {
    if (known.current === body.current) return
    known.current = body.current
    // oxlint-disable-next-line react/set-state-in-effect -- its place is known after layout only
    measure()
  })
  useEffect(() => {
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [measure])
  return top
}

function topOf(element: HTMLElement | null): number {
  return element === null ? 0 : Math.round(element.getBoundingClientRect().top + window.scrollY)
}
