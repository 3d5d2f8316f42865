import type { KeyboardEvent, MouseEvent } from 'react'

/** Time and distance within which a finger's next tap belongs to a double tap. */
const TAP_MS = 500
const TAP_PX = 40

let last = { at: Number.NEGATIVE_INFINITY, x: 0, y: 0 }

/**
 * Whether a click ends a double click or double tap: the first press has acted, and another element
 * may now be under the pointer. A click by key never does; `isHeldKey` covers held keys.
 */
export function isSecondPress({ detail, nativeEvent }: MouseEvent): boolean {
  if (detail === 0) return false
  const { timeStamp: at, clientX: x, clientY: y } = nativeEvent
  const before = last
  last = { at, x, y }
  // The browser counts a mouse's clicks at the speed its owner has set; it does not count a
  // finger's.
  const isMouse = 'pointerType' in nativeEvent && nativeEvent.pointerType === 'mouse'
  if (isMouse || detail > 1) return detail > 1
  return at - before.at < TAP_MS && Math.hypot(x - before.x, y - before.y) < TAP_PX
}

/** Whether a held key would press again: the same element, or the one that replaced it. */
export function isHeldKey({ repeat, key }: KeyboardEvent): boolean {
  return repeat && key === 'Enter'
}
