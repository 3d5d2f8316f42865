import { type RefCallback, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { focusHeading, isNowhere } from '#components/ui/fallen-focus.ts'

interface Editing {
  readonly editing: boolean
  readonly open: () => void
  readonly close: () => void
  /** The button that opens it: another element after each time. */
  readonly opener: RefCallback<HTMLElement>
}

/** An editor in place of its page: whoever closes it is back at the button that opens it. */
export function useEditing(initially = false): Editing {
  const [editing, setEditing] = useState(initially)
  const returns = useRef(false)
  const open = useCallback(() => setEditing(true), [])
  const close = useCallback(() => {
    returns.current = true
    setEditing(false)
  }, [])
  const opener = useCallback((button: HTMLElement | null) => {
    if (button === null || !returns.current) return
    returns.current = false
    // It may come late: what was saved has to be read first.
    if (isNowhere() || document.activeElement?.matches('h1') === true) button.focus()
  }, [])
  useLayoutEffect(() => {
    if (!editing && returns.current && isNowhere()) focusHeading()
  }, [editing])
  return { editing, open, close, opener }
}
