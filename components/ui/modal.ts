import { useEffect, useEffectEvent, useLayoutEffect } from 'react'

let open = 0
let closedAt = 0

/**
 * Registers a dialog that blocks the page, and closes it when the browser goes back or forward.
 * Menus, popovers and toasts do not block.
 */
export function useModal(isOpen: boolean, onClose: () => void): void {
  // Runs before the next key event.
  useLayoutEffect(() => {
    if (!isOpen) return
    open += 1
    return () => {
      open -= 1
      closedAt = performance.now()
    }
  }, [isOpen])
  // One listener for all renders: the router may render before its turn.
  const onPopState = useEffectEvent(onClose)
  useEffect(() => {
    if (!isOpen) return
    const close = () => onPopState()
    window.addEventListener('popstate', close)
    return () => window.removeEventListener('popstate', close)
  }, [isOpen])
}

/** Event time until which a dialog blocked the page; infinite while one does. */
export function modalUntil(): number {
  return open > 0 ? Number.POSITIVE_INFINITY : closedAt
}
