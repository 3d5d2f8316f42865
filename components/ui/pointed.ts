import { type PointerEvent, useCallback, useEffect, useRef } from 'react'

/**
 * Reports when a mouse enters and leaves an element or its tooltip. Decided by the element entered:
 * a button replaced under the pointer sends no leave event.
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
    // The window's listener runs last, after the element's own.
    const onOver = (event: globalThis.PointerEvent) =>
      tell(event.pointerType === 'mouse' && event === within.current)
    // A pointer that leaves the window enters no element.
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
