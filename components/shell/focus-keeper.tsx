import { useEffect } from 'react'
import { focusWhereOneIs, isNowhere, watchFocus } from '#components/ui/fallen-focus.ts'

/**
 * Keeps the focus in the page when the focused button disappears: it moves to the active row, or to
 * the heading. Rows keep their own focus, and a link leads to another page.
 */
export function FocusKeeper() {
  useEffect(() => {
    let held: Element | null = null
    const observer = new MutationObserver(() => {
      if (held === null || held.isConnected) return
      hold(null)
      // The code that moves the focus does so within a frame.
      requestAnimationFrame(() => {
        if (!isNowhere()) return
        const dialog = document.querySelector<HTMLElement>(DIALOG)
        if (dialog === null) return focusWhereOneIs()
        // The dialog's own button disappeared; the dialog closes next.
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

const DIALOG = '[role="dialog"]'

/** Whether the focus is kept for this element: not for links and rows. */
function isKept(target: Element): boolean {
  return (
    target.matches('header *, main *, [role="dialog"], [role="dialog"] *') &&
    !target.matches('a, tr[data-index] *')
  )
}
