import type { KeyboardEvent, MouseEvent } from 'react'

/** So soon after the first, and so near to it, a finger's second tap is one of a double tap. */
const TAP_MS = 500
const TAP_PX = 40

let last = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0 }

/**
 * Whether a click only ends a double click or a double tap. What was pressed has been done by then, and
 * under the pointer there may be what has come in its place, which nobody has seen yet. A click by
 * key is none: those of a key that is held are told by `isHeldKey`.
 */
export function isSecondPress({ detail, nativeEvent }: MouseEvent): boolean {
  if (detail === 0) return false
  const { timeStamp: at, clientX: x, clientY: y } = nativeEvent
  const before = last
  last = { at, x, y }
  // A mouse's are counted by the browser, as fast as its owner has set them; a finger's are not.
  const isMouse = 'pointerType' in nativeEvent && nativeEvent.pointerType === 'mouse'
  if (isMouse || detail > 1) return detail > 1
  return at - before.at < TAP_MS && Math.hypot(x - before.x, y - before.y) < TAP_PX
}

/** Whether the key would press once more what it has pressed, or what has come in its place. */
export function isHeldKey({ repeat, key }: KeyboardEvent): boolean {
  return repeat && key === 'Enter'
}
