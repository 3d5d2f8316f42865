import { useEffect, useRef } from 'react'

export interface FallenFocus {
  /**
   * Whose focus the page has taken away, by drawing anew: a button was replaced, a row has left. Null
   * while something has the focus, and once a person has left it, or has put it there by pointer.
   */
  readonly row: () => string | null
  /** A person is leaving it. */
  readonly leave: () => void
}

export function useFallenFocus(rowOf: (element: Element) => string | null): FallenFocus {
  const held = useRef<{ readonly element: EventTarget; readonly row: string } | null>(null)
  const latest = useRef(rowOf)
  useEffect(() => {
    latest.current = rowOf
  })
  useEffect(() => {
    function onFocusIn({ target }: FocusEvent): void {
      const row =
        target instanceof Element && target.matches(':focus-visible')
          ? latest.current(target)
          : null
      held.current = target === null || row === null ? null : { element: target, row }
    }
    function onFocusOut({ target }: FocusEvent): void {
      // What is drawn anew within the same task looks at it before this does.
      queueMicrotask(() => {
        const isLeft = target instanceof Element && target.isConnected
        if (isLeft && held.current?.element === target && document.activeElement !== target) {
          held.current = null
        }
      })
    }
    document.addEventListener('focusin', onFocusIn)
    document.addEventListener('focusout', onFocusOut)
    return () => {
      document.removeEventListener('focusin', onFocusIn)
      document.removeEventListener('focusout', onFocusOut)
    }
  }, [])
  return {
    row: () => (isNowhere() ? (held.current?.row ?? null) : null),
    leave() {
      held.current = null
    },
  }
}

/** Nothing has the focus. */
export function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

/** Where reading goes on when what had the focus is gone and nothing has taken its place. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('h1')
  if (heading === null) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
