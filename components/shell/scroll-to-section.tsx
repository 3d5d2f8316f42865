'use client'

import { useEffect } from 'react'

/** Goes to the heading that the address names: the browser looked for it before it was drawn. */
export function ScrollToSection() {
  useEffect(() => {
    const { hash } = window.location
    const heading = [...document.querySelectorAll<HTMLElement>('article [id]')].find(
      ({ id }) => hash === `#${encodeURIComponent(id)}`,
    )
    if (heading === undefined) return
    heading.tabIndex = -1
    heading.scrollIntoView()
    heading.focus({ preventScroll: true })
  }, [])
  return null
}
