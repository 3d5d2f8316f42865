import { useEffect, useRef } from 'react'
import { focusRowElement } from '#components/ui/list-handle.ts'

/** Remembers the row that had the focus when the page removed the focused element. */
export function useFallenFocus(rowOf: (element: Element) => string | null) {
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
    /**
     * The row whose focus the page removed by rendering: a button was replaced, a row left. Null
     * while an element has the focus, or after a person moved it away.
     */
    row: () => (isNowhere() ? held.current : null),
    /** Called when a person moves the focus away. */
    leave(): void {
      held.current = null
    },
  }
}

/**
 * Reports the focused element, and null once a person left it. An element that the page removes is
 * not left.
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
    // Code that renders again within this task reads the focus before this runs.
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

/** Whether no element has the focus. */
export function isNowhere(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

/** Restores a lost focus to the keyboard's row, or to the page's heading. */
export function focusWhereOneIs(): void {
  const row = document.querySelector<HTMLElement>('.keyboard-row')
  if (row === null) focusHeading()
  else focusRowElement(row)
}

/** Moves the focus to the page's heading. */
export function focusHeading(): void {
  const heading = document.querySelector<HTMLElement>('h1')
  if (heading === null) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}
