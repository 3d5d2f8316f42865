import { useLayoutEffect, useRef } from 'react'
import { focusHeading, isNowhere, useFallenFocus } from '#components/ui/fallen-focus.ts'
import { inItsPlace, type RowKeys } from '#components/ui/in-its-place.ts'
import { usePath } from '#components/ui/keyboard.tsx'
import { leaveRow, type Place, rowLeftOn } from '#components/ui/left-row.ts'
import type { View } from '#components/ui/list-handle.ts'
import { modalUntil } from '#components/ui/modal.ts'

/**
 * Time after which a person has seen that the mark moved by itself. An earlier key was meant for
 * the row before, or is the second half of a double press.
 */
const SEEN_MS = 250

export interface KeyboardRowOptions {
  /** The lists on the page; a row that moves between lists counts as left. */
  readonly lists: readonly RowKeys[]
  readonly current: () => string | null
  /** `unread`: the place of an unread row. */
  readonly change: (key: string | null, unread?: Place) => void
  readonly placeOf: (key: string) => Place | null
  /** Whether the row at that place is unread. */
  readonly isUnread: (place: Place) => boolean
  readonly focus: (key: string, view: View) => void
  readonly rowOf: (element: Element) => string | null
}

/**
 * Keeps the mark and the focus in their list: from a row that leaves they move to the one in its
 * place. After going back they return to the row that was left.
 */
export function useKeyboardRow(options: KeyboardRowOptions) {
  const { lists, current, change, focus, rowOf } = options
  const path = usePath()
  const before = useRef(lists)
  const latest = useRef(options)
  const seen = useRef<Seen>(BY_HAND)
  const fallen = useFallenFocus(rowOf)

  // Runs before the next key event.
  useLayoutEffect(() => {
    const last = before.current
    before.current = lists
    latest.current = options
    const fell = fallen.row()
    const focused = fell ?? rowOf(document.activeElement ?? document.body)
    // A person in another field filters the list, or works on something else.
    const marked = focused !== null || isNowhere() || isInDialog() ? current() : null
    for (const row of new Set([focused, marked])) {
      if (row === null) continue
      const at = last.findIndex((list) => list.has(row))
      const [was, now] = [last[at], lists[at]]
      if (was === undefined || now === undefined) continue
      if (now.has(row)) {
        if (row === fell) focus(row, 'ifDrawn')
        continue
      }
      const next = inItsPlace(row, was, now)
      change(next)
      seen.current = whenPainted()
      if (row !== focused) continue
      if (next === null) focusHeading()
      else focus(next, 'asItStands')
      return
    }
  })

  useLayoutEffect(() => {
    const left = rowLeftOn(path)
    const at = left?.lists.findIndex((list) => list.has(left.row)) ?? -1
    const [was, now] = [left?.lists[at], before.current[at]]
    if (left !== null && was !== undefined && now !== undefined) {
      const { place } = left
      const isThere = now.has(left.row)
      const isUnread = !isThere && place !== null && latest.current.isUnread(place)
      const row = isThere || isUnread ? left.row : inItsPlace(left.row, was, now)
      latest.current.change(row, isUnread ? place : undefined)
      if (row !== left.row) seen.current = whenPainted()
      // The row is drawn in that frame, wherever the window is. The mark may have moved on by then.
      requestAnimationFrame(() => {
        const marked = latest.current.current()
        if (marked !== null && isNowhere()) latest.current.focus(marked, 'brought')
      })
    }
    return () => {
      const { current, placeOf } = latest.current
      const row = current()
      const place = row === null ? null : placeOf(row)
      leaveRow(path, { row, place, lists: before.current })
    }
  }, [path])

  return {
    /**
     * Whether the mark moved to this row by itself and too late for that key. A row out of view is
     * scrolled into view instead: before a decision also one that was marked by hand.
     */
    isUnseen({ timeStamp }: KeyboardEvent, decides = false): boolean {
      const isByHand = seen.current === BY_HAND
      if (!isByHand && timeStamp < Math.max(seen.current.from, modalUntil() + SEEN_MS)) return true
      const key = current()
      if (key === null) return false
      // The person saw the row once, and may have scrolled on: it may have changed since.
      const wasSeen = isByHand || seen.current.isBrought
      if (wasSeen ? !decides || isInView(key, { mayBeUnderPassing: true }) : isInView(key))
        return false
      focus(key, 'brought')
      seen.current = whenPainted({ isBrought: true })
      return true
    },
    /** Called when a person moves the mark. */
    moved(): void {
      seen.current = BY_HAND
      fallen.leave()
    },
  }
}

function isInDialog(): boolean {
  return document.activeElement?.closest('[role="dialog"]') != null
}

/** Time since which a person can have seen the mark at its place. */
interface Seen {
  readonly from: number
  /** A key scrolled its row into view. */
  readonly isBrought: boolean
}

const BY_HAND: Seen = { from: 0, isBrought: false }

/** Runs after the next paint: a frame's callbacks run before its own. */
function whenPainted({ isBrought = false } = {}): Seen {
  const seen = { from: Number.POSITIVE_INFINITY, isBrought }
  requestAnimationFrame(() =>
    requestAnimationFrame((now) => {
      seen.from = now + SEEN_MS
    }),
  )
  return seen
}

/** Toasts, cards and tips lie over the page for a while. */
const PASSING = '[data-base-ui-portal]'

/** Whether the middle of a row of that key is visible, without an element above it. */
function isInView(key: string, { mayBeUnderPassing = false } = {}): boolean {
  return [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].some((row) => {
    const { left, right, top, bottom } = row.getBoundingClientRect()
    const middle = (Math.max(left, 0) + Math.min(right, window.innerWidth)) / 2
    const above = document.elementFromPoint(middle, (top + bottom) / 2)
    if (above === null) return false
    return row.contains(above) || (mayBeUnderPassing && above.closest(PASSING) !== null)
  })
}
