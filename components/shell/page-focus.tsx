'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { focusWhereOneIs, isNowhere } from '#components/ui/fallen-focus.ts'
import { returnTo } from '#components/ui/left-row.ts'

/** As long as a page may take to say that it is being read; its heading cannot have the focus before. */
const MOST_FRAMES = 120

/**
 * What had the focus is gone with the page it was on: on the one that was opened instead one goes on from
 * the heading, or from the row that was left there.
 */
export function PageFocus() {
  const path = usePathname()
  const before = useRef(path)
  useEffect(() => {
    const onPopState = () => returnTo(window.location.pathname)
    window.addEventListener('popstate', onPopState)
    return () => window.removeEventListener('popstate', onPopState)
  }, [])
  useEffect(() => {
    if (before.current === path) return
    before.current = path
    returnTo(null)
    let frame = 0
    const look = (frames: number) => {
      frame = requestAnimationFrame(() => {
        if (isNowhere()) focusWhereOneIs()
        if (isNowhere() && frames > 0) look(frames - 1)
      })
    }
    look(MOST_FRAMES)
    return () => cancelAnimationFrame(frame)
  }, [path])
  return null
}
