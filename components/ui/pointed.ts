import { type PointerEvent, useCallback, useEffect, useRef } from 'react'

/**
 * Tells when a mouse comes over an element or a tooltip of it, and when it leaves them.
 * Heard from what the mouse comes to, for React hears a leave from what is left: a row's button that
 * was replaced under the pointer says no more. Answers the element's `onPointerOver`.
 */
export function usePointed(
  onPointed: ((pointed: boolean) => void) | undefined,
): (event: PointerEvent) => void {
  const within = useRef<Event | null>(null)
  useEffect(() => {
    if (onPointed === undefined) return
    let before = false
    const tell = (pointed: boolean) => {
      if (pointed !== before) onPointed(pointed)
      before = pointed
    }
    // The window hears it last, when the element has had it.
    const onOver = (event: globalThis.PointerEvent) =>
      tell(event.pointerType === 'mouse' && event === within.current)
    // Outside of the window there is nothing to come to.
    const onOut = (event: globalThis.PointerEvent) => event.relatedTarget === null && tell(false)
    window.addEventListener('pointerover', onOver)
    window.addEventListener('pointerout', onOut)
    return () => {
      window.removeEventListener('pointerover', onOver)
      window.removeEventListener('pointerout', onOut)
      tell(false)
    }
  }, [onPointed])
  return useCallback(({ nativeEvent }) => {
    within.current = nativeEvent
  }, [])
}
