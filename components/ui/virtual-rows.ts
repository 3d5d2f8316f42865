'use client'

import {
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'

export interface VirtualRows {
  /** Indexes of the rows to draw, in order. */
  readonly indexes: readonly number[]
  /** Pixels of each row, drawn or not. */
  readonly rowHeight: number
  readonly scrollTo: (index: number) => void
}

/** Rows drawn beyond each end of the window. */
export const OVERSCAN = 12
/** Where the window is lower nothing stands still: `short` in globals.css. */
const SHORT = 480

/** What the sticky bar above and the docked bars below cover. */
export function covered(): { readonly above: number; readonly below: number } {
  return view.height < SHORT ? { above: 16, below: 16 } : { above: 112, below: 140 }
}

interface VirtualRowsOptions {
  /** Drawn wherever the window is. */
  readonly keep?: number | null
  /** Up to so many rows are all drawn. */
  readonly drawAll?: number
}

/**
 * Rows outside the window are not drawn; the page itself scrolls. All rows are equally high, so
 * which to draw is arithmetic: nothing is measured or kept for each row, however many there are.
 */
export function useVirtualRows(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  { keep = null, drawAll = 0 }: VirtualRowsOptions = {},
): VirtualRows {
  const top = useTopOf(body)
  const height = useSyncExternalStore(subscribe, heightOfWindow, heightOnServer)
  const firstSeen = useSyncExternalStore(
    subscribe,
    () => Math.floor((view.scrollY - top) / rowHeight),
    () => 0,
  )
  const all = count <= drawAll
  const seen = Math.ceil(height / rowHeight) + 1
  const first = all ? 0 : Math.max(0, Math.min(firstSeen, count - seen) - OVERSCAN)
  const end = all ? count : Math.max(first, Math.min(count, firstSeen + seen + OVERSCAN))
  const indexes = Array.from({ length: end - first }, (_, at) => first + at)
  if (keep !== null && keep < first) indexes.unshift(keep)
  if (keep !== null && keep >= end && keep < count) indexes.push(keep)
  return {
    indexes,
    rowHeight,
    scrollTo(index) {
      const rowTop = topOf(body.current) + index * rowHeight
      const { above, below } = covered()
      const highest = rowTop + rowHeight + below - window.innerHeight
      const lowest = rowTop - above
      if (window.scrollY > lowest) window.scrollTo({ top: lowest })
      else if (window.scrollY < highest) window.scrollTo({ top: highest })
    },
  }
}

/** Pixels from the top of the page; follows whatever grows or shrinks above. */
export function useTopOf(body: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0)
  const known = useRef<HTMLElement | null>(null)
  const measure = useCallback(() => setTop(topOf(body.current)), [body])
  // Another element is another place. Asked at each render it would lay the page out at each.
  useLayoutEffect(() => {
    if (known.current === body.current) return
    known.current = body.current
    // oxlint-disable-next-line react/set-state-in-effect -- where it stands is known after layout only
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

/** Kept from the events: to ask the window lays the page out first. */
const view = { scrollY: 0, height: 1_080 }
const listeners = new Set<() => void>()

function look(): void {
  view.scrollY = window.scrollY
  view.height = window.innerHeight
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) {
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    look()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    window.removeEventListener('scroll', look)
    window.removeEventListener('resize', look)
  }
}

const heightOfWindow = () => view.height
const heightOnServer = () => 1_080
