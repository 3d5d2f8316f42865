'use client'

import { useEffect } from 'react'

/**
 * Shows the whole of a line that is cut off while it, or the link or button around it, is pointed
 * at or focused. One pair of listeners for the page instead of a tooltip for each of a thousand
 * cells; the drawing is the `full-value` utility.
 */
export function FullValues() {
  useEffect(() => {
    let shown: HTMLElement[] = []

    function show(elements: readonly HTMLElement[]): void {
      for (const element of shown) delete element.dataset.cut
      shown = elements.filter(isCut)
      for (const element of shown) element.dataset.cut = ''
    }
    const onPointer = (event: Event) => show(around(event.target))
    const onFocus = (event: Event) => show([...around(event.target), ...inside(event.target)])
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') show([])
    }

    document.addEventListener('pointerover', onPointer, { passive: true })
    document.addEventListener('focusin', onFocus)
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('pointerover', onPointer)
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('keydown', onKey)
      show([])
    }
  }, [])
  return null
}

function around(target: EventTarget | null): HTMLElement[] {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-full]') : null
  return element === null ? [] : [element]
}

function inside(target: EventTarget | null): HTMLElement[] {
  return target instanceof Element && target.matches(':focus-visible')
    ? [...target.querySelectorAll<HTMLElement>('[data-full]')]
    : []
}

function isCut(element: HTMLElement): boolean {
  const line = element.firstElementChild
  return line !== null && line.scrollWidth > line.clientWidth
}
