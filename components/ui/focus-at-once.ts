import { type RefObject, useLayoutEffect } from 'react'

/**
 * For what stands in a dialog: that one gives the focus with the next frame, and the keys until then
 * would be the page's. It must have seen by now who had it before, to give it back.
 */
export function useFocusAtOnce(target: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => queueMicrotask(() => target.current?.focus()), [target])
}
