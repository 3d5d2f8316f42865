import { useEffect, useEffectEvent, useLayoutEffect } from 'react'

let open = 0
let closedAt = 0

/**
 * Counts as a dialog that the page stands behind, and goes when the browser goes back or on: it is
 * about what was on that page. Menus, popovers and toasts are none.
 */
export function useModal(isOpen: boolean, onClose: () => void): void {
  // Before the next key can be heard.
  useLayoutEffect(() => {
    if (!isOpen) return
    open += 1
    return () => {
      open -= 1
      closedAt = performance.now()
    }
  }, [isOpen])
  // The same listener throughout: the router may draw anew before it is this one’s turn.
  const onPopState = useEffectEvent(onClose)
  useEffect(() => {
    if (!isOpen) return
    const close = () => onPopState()
    window.addEventListener('popstate', close)
    return () => window.removeEventListener('popstate', close)
  }, [isOpen])
}

/** Until when the page stood behind a dialog, on the clock of events; it may still. */
export function modalUntil(): number {
  return open > 0 ? Number.POSITIVE_INFINITY : closedAt
}
