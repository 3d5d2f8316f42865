import { useEffect, useRef } from 'react'
import { focusRowElement } from '#components/ui/list-handle.ts'

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
  const held = useRef<string | null>(null)
  const latest = useRef(rowOf)
  useEffect(() => {
    latest.current = rowOf
  })
  useEffect(
    () =>
      watchFocus((element) => {
        const byKeys = element?.matches(':focus-visible') === true
        held.current = byKeys ? latest.current(element) : null
      }),
    [],
  )
  return {
    row: () => (isNowhere() ? held.current : null),
    leave() {
      held.current = null
    },
  }
}

/**
 * Tells what has got the focus, and null once a person has left it. What the page takes away is not
 * left.
 */
export function watchFocus(tell: (element: Element | null) => void): () => void {
  let held: Element | null = null
  function hold(element: Element | null): void {
    held = element
    tell(element)
  }
  function onFocusIn({ target }: FocusEvent): void {
    hold(target instanceof Element ? target : null)
  }
  function onFocusOut({ target }: FocusEvent): void {
    // What is drawn anew within the same task looks at it before this does.
    queueMicrotask(() => {
      if (held === null || held !== target || !held.isConnected) return
      if (document.activeElement !== held) hold(null)
    })
  }
  document.addEventListener('focusin', onFocusIn)
  document.addEventListener('focusout', onFocusOut)
  return () => {
    document.removeEventListener('focusin', onFocusIn)
    document.removeEventListener('focusout', onFocusOut)
  }
}

/** Nothing has the focus. */
export function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

/**
 * Where one goes on when what had the focus is gone and nothing has taken its place: at the row that the
 * keyboard is on, or from the page's heading.
 */
export function focusWhereOneIs(): void {
  const row = document.querySelector<HTMLElement>('.keyboard-row')
  if (row === null) focusHeading()
  else focusRowElement(row)
}

/** Where reading goes on when what had the focus is gone and nothing has taken its place. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('h1')
  if (heading === null) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
