import { useLayoutEffect, useRef } from 'react'
import { inItsPlace, type RowKeys } from '#components/shell/in-its-place.ts'
import { focusHeading, isNowhere, useFallenFocus } from '#components/ui/fallen-focus.ts'
import type { View } from '#components/ui/list-handle.ts'

/**
 * After the frame that shows where the mark went by itself: a key that comes sooner was meant for
 * the row that had it before, or is the second half of a double press.
 */
const SEEN_MS = 250

export interface KeyboardRowOptions {
  /** The lists on the page; a row that moves from one to another has left. */
  readonly lists: readonly RowKeys[]
  readonly current: () => string | null
  readonly change: (key: string | null) => void
  readonly focus: (key: string, view: View) => void
  readonly rowOf: (element: Element) => string | null
}

export interface KeyboardRow {
  /** The mark came to this row by itself, and nobody can have seen it when that key was pressed. */
  isUnseen(event: KeyboardEvent): boolean
  /** A person has moved the mark. */
  moved(): void
}

/**
 * Keeps the keyboard's row and the focus in their list: when the row leaves it they go to the one
 * in its place, and what was replaced in a row gives the focus back to it.
 */
export function useKeyboardRow(options: KeyboardRowOptions): KeyboardRow {
  const { lists, current, change, focus, rowOf } = options
  const before = useRef(lists)
  const seen = useRef({ from: 0 })
  const fallen = useFallenFocus(rowOf)

  // Before the next key can be heard.
  useLayoutEffect(() => {
    const last = before.current
    before.current = lists
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
      seen.current = { from: Number.POSITIVE_INFINITY }
      whenPainted(seen.current)
      if (row !== focused) continue
      if (next === null) focusHeading()
      else focus(next, 'asItStands')
      return
    }
  })

  return {
    isUnseen: ({ timeStamp }) => timeStamp < seen.current.from,
    moved() {
      seen.current = { from: 0 }
      fallen.leave()
    },
  }
}

function isInDialog(): boolean {
  return document.activeElement?.closest('[role="dialog"]') != null
}

/** A frame's callbacks come before it is painted: those of the next one, after. */
function whenPainted(seen: { from: number }): void {
  requestAnimationFrame(() =>
    requestAnimationFrame((now) => {
      seen.from = now + SEEN_MS
    }),
  )
}
