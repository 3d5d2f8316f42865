import { type RefObject, useLayoutEffect } from 'react'

/**
 * Focuses an element of a dialog at once: the library does so a frame later, and keys before it
 * would go to the page. The dialog has recorded by now what had the focus. `title` has it where the
 * element is not drawn.
 */
export function useFocusAtOnce(target: Focusable, title?: Focusable): void {
  useLayoutEffect(() => {
    const before = document.activeElement
    queueMicrotask(() => (target.current ?? title?.current)?.focus())
    return () => queueMicrotask(() => takeBack(before))
  }, [target, title])
}

type Focusable = RefObject<HTMLElement | null>

/**
 * Moves the focus to `before` itself: for an element without a tab stop, such as the heading, the
 * dialog chooses the first tab stop inside.
 */
function takeBack(before: Element | null): void {
  const now = document.activeElement
  if (!(before instanceof HTMLElement) || now === before || !before.contains(now)) return
  before.focus({ preventScroll: true })
}
