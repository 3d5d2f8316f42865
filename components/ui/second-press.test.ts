import type { KeyboardEvent, MouseEvent } from 'react'
import { expect, it } from 'vitest'
import { isHeldKey, isSecondPress } from '#components/ui/second-press.ts'

let now = 0

/** A click at that point, so many milliseconds after the one before. */
function click(by: 'mouse' | 'touch' | '', detail: number, after: number, [x, y] = [0, 0]) {
  now += after
  const nativeEvent = { pointerType: by, timeStamp: now, clientX: x, clientY: y }
  return { detail, nativeEvent } as unknown as MouseEvent
}

it.each<[string, () => MouseEvent, boolean]>([
  ['the second of a double click', () => click('mouse', 2, 200), true],
  ['another click, though soon', () => click('mouse', 1, 200), false],
  ['the second of a double tap, which a phone does not count', () => click('touch', 1, 200), true],
  ['a tap beside the first', () => click('touch', 1, 200, [20, -20]), true],
  ['a tap elsewhere', () => click('touch', 1, 200, [60, 0]), false],
  ['a tap later', () => click('touch', 1, 500), false],
  ['a key, however soon', () => click('', 0, 1), false],
])('a second press is told from a new one: %s', (_, second, is) => {
  expect(isSecondPress(click('touch', 1, 10_000))).toBe(false)
  expect(isSecondPress(second())).toBe(is)
})

it('a third tap belongs to the second', () => {
  const taps = [click('touch', 1, 10_000), click('touch', 1, 300), click('touch', 1, 300)]
  expect(taps.map(isSecondPress)).toEqual([false, true, true])
})

it.each([
  ['Enter', true, true],
  ['Enter', false, false],
  // Space presses a button when released.
  [' ', true, false],
])('a key that repeats counts as held: %j %j', (key, repeat, is) => {
  expect(isHeldKey({ key, repeat } as KeyboardEvent)).toBe(is)
})
