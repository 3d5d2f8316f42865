import { useLayoutEffect } from 'react'

let open = 0
let closedAt = 0

/** Counts as a dialog that the page stands behind. Menus, popovers and toasts are none. */
export function useModal(isOpen: boolean): void {
  // Before the next key can be heard.
  useLayoutEffect(() => {
    if (!isOpen) return
    open += 1
    return () => {
      open -= 1
      closedAt = performance.now()
    }
  }, [isOpen])
}

/** Until when the page stood behind a dialog, on the clock of events; it may still. */
export function modalUntil(): number {
  return open > 0 ? Number.POSITIVE_INFINITY : closedAt
}
