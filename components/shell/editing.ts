import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { focusHeading, isNowhere } from '#components/ui/fallen-focus.ts'

/** An editor in place of its page. Closing it returns the focus to the button that opened it. */
export function useEditing(initially = false) {
  const [editing, setEditing] = useState(initially)
  const returns = useRef(false)
  const open = useCallback(() => setEditing(true), [])
  const close = useCallback(() => {
    returns.current = true
    setEditing(false)
  }, [])
  /** Ref for the button that opens the editor, which is a new element each time. */
  const opener = useCallback((button: HTMLElement | null) => {
    if (button === null || !returns.current) return
    returns.current = false
    // The button may appear late: the saved document is read first.
    if (isNowhere() || document.activeElement?.matches('h1') === true) button.focus()
  }, [])
  useLayoutEffect(() => {
    if (!editing && returns.current && isNowhere()) focusHeading()
  }, [editing])
  return { editing, open, close, opener }
}
