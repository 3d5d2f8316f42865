'use client'

import { useEffect } from 'react'
import { focusWhereOneIs, isNowhere, watchFocus } from '#components/ui/fallen-focus.ts'

/**
 * A button goes once what it did is done, and the focus would be nowhere: one goes on at the row that
 * the keyboard is on, or from the page's heading. Rows see to theirs themselves, and a link leads to another page.
 */
export function FocusKeeper() {
  useEffect(() => {
    let held: Element | null = null
    const observer = new MutationObserver(() => {
      if (held === null || held.isConnected) return
      hold(null)
      // Whoever gives it to something else has done so by the next frame.
      requestAnimationFrame(() => {
        if (!isNowhere()) return
        const dialog = document.querySelector<HTMLElement>(DIALOG)
        if (dialog === null) return focusWhereOneIs()
        // Its own button went, while it does what was asked; the dialog goes next.
        dialog.focus()
        hold(dialog)
      })
    })
    function hold(element: Element | null): void {
      held = element
      observer.disconnect()
      if (element !== null) observer.observe(document.body, { childList: true, subtree: true })
    }
    const unwatch = watchFocus((element) =>
      hold(element !== null && isKept(element) ? element : null),
    )
    return () => {
      unwatch()
      observer.disconnect()
    }
  }, [])
  return null
}

/** A toast is one as well, but none that has to be closed. */
const DIALOG = '[role="dialog"]:not([aria-modal="false"])'

/** Something that may go. */
function isKept(target: Element): boolean {
  return (
    target.matches('header *, main *, [role="dialog"], [role="dialog"] *') &&
    !target.matches('a, tr[data-index] *')
  )
}
