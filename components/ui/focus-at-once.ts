import { type RefObject, useLayoutEffect } from 'react'

/**
 * For what stands in a dialog: that one gives the focus with the next frame, and the keys until then
 * would be the page's. It must have seen by now who had it before, to give it back.
 */
export function useFocusAtOnce(target: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const before = document.activeElement
    queueMicrotask(() => target.current?.focus())
    return () => queueMicrotask(() => takeBack(before))
  }, [target])
}

/**
 * What Tab does not stop at, the page's heading or all of it, does not get the focus back from the dialog:
 * the first in there that it stops at does.
 */
function takeBack(before: Element | null): void {
  const now = document.activeElement
  if (!(before instanceof HTMLElement) || now === before || !before.contains(now)) return
  before.focus({ preventScroll: true })
}
