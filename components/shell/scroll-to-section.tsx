'use client'

import { useEffect } from 'react'

/**
 * Scrolls to the heading in the address, which was not drawn yet when the browser looked for it.
 */
export function ScrollToSection() {
  useEffect(() => {
    const { hash } = window.location
    const named = [...document.querySelectorAll('article [id]')].find(
      ({ id }) => hash === `#${encodeURIComponent(id)}`,
    )
    const heading = named?.closest<HTMLElement>('h1, h2, h3, h4') ?? null
    if (heading === null) return
    heading.tabIndex = -1
    heading.scrollIntoView()
    heading.focus({ preventScroll: true })
  }, [])
  return null
}
