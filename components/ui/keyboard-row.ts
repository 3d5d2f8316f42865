import { useLayoutEffect, useRef } from 'react'
import { focusHeading, isNowhere, useFallenFocus } from '#components/ui/fallen-focus.ts'
import { inItsPlace, type RowKeys } from '#components/ui/in-its-place.ts'
import { usePath } from '#components/ui/keyboard.tsx'
import { leaveRow, type Place, rowLeftOn } from '#components/ui/left-row.ts'
import type { View } from '#components/ui/list-handle.ts'
import { modalUntil } from '#components/ui/modal.ts'

/**
 * After the frame that shows where the mark went by itself, with no dialog before it: a key that comes
 * sooner was meant for the row that had it before, or is the second half of a double press.
 */
const SEEN_MS = 250

export interface KeyboardRowOptions {
  /** The lists on the page; a row that moves from one to another has left. */
  readonly lists: readonly RowKeys[]
  readonly current: () => string | null
  /** `unread`: the place of a row that is not read yet. */
  readonly change: (key: string | null, unread?: Place) => void
  readonly placeOf: (key: string) => Place | null
  /** The row there is not read yet. */
  readonly isUnread: (place: Place) => boolean
  readonly focus: (key: string, view: View) => void
  readonly rowOf: (element: Element) => string | null
}

export interface KeyboardRow {
  /**
   * The mark came to this row by itself, and nobody can have seen it when that key was pressed. A row
   * that is out of view is brought instead.
   */
  isUnseen(event: KeyboardEvent): boolean
  /** A person has moved the mark. */
  moved(): void
}

/**
 * Keeps the keyboard's row and the focus in their list: when the row leaves it they go to the one
 * in its place, and what was replaced in a row gives the focus back to it. Who goes back to a page goes
 * on from the row that was left there.
 */
export function useKeyboardRow(options: KeyboardRowOptions): KeyboardRow {
  const { lists, current, change, focus, rowOf } = options
  const path = usePath()
  const before = useRef(lists)
  const latest = useRef(options)
  const seen = useRef<Seen>(BY_HAND)
  const fallen = useFallenFocus(rowOf)

  // Before the next key can be heard.
  useLayoutEffect(() => {
    const last = before.current
    before.current = lists
    latest.current = options
    const fell = fallen.row()
    const focused = fell ?? rowOf(document.activeElement ?? document.body)
    // Who is in another field narrows what is shown, or is at something else.
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
      // It is drawn by then, wherever the window is.
      requestAnimationFrame(() => {
        if (row !== null && isNowhere()) latest.current.focus(row, 'brought')
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
    isUnseen({ timeStamp }) {
      if (seen.current === BY_HAND) return false
      if (timeStamp < Math.max(seen.current.from, modalUntil() + SEEN_MS)) return true
      const key = current()
      if (key === null || seen.current.isBrought || isInView()) return false
      focus(key, 'brought')
      seen.current = whenPainted({ isBrought: true })
      return true
    },
    moved() {
      seen.current = BY_HAND
      fallen.leave()
    },
  }
}

function isInDialog(): boolean {
  return document.activeElement?.closest('[role="dialog"]') != null
}

/** Since when a person can have seen the mark where it is. */
interface Seen {
  readonly from: number
  /** Its row was out of view, and a key has brought it. */
  readonly isBrought: boolean
}

const BY_HAND: Seen = { from: 0, isBrought: false }

/** A frame's callbacks come before it is painted: those of the next one, after. */
function whenPainted({ isBrought = false } = {}): Seen {
  const seen = { from: Number.POSITIVE_INFINITY, isBrought }
  requestAnimationFrame(() =>
    requestAnimationFrame((now) => {
      seen.from = now + SEEN_MS
    }),
  )
  return seen
}

/** The middle of the marked row, as far as it is wide enough, with nothing over it. */
function isInView(): boolean {
  const row = document.querySelector('.keyboard-row')
  if (row === null) return false
  const { left, right, top, bottom } = row.getBoundingClientRect()
  const middle = (Math.max(left, 0) + Math.min(right, window.innerWidth)) / 2
  const above = document.elementFromPoint(middle, (top + bottom) / 2)
  return above !== null && row.contains(above)
}
