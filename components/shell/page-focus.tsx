import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { focusWhereOneIs, isNowhere } from '#components/ui/fallen-focus.ts'
import { returnTo } from '#components/ui/left-row.ts'

/** Frames to wait for the heading, which a page draws while or after reading. */
const MOST_FRAMES = 120

/** Moves the focus to the new page's heading, or to the row that was left on it. */
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
