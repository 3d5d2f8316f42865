import { expect, it } from 'vitest'
import { pauseAfter } from '#sandbox/control-plane/wait-until.ts'

it.each([
  ['at first, as asked for', 0, 100, 100],
  ['a short wait, as asked for', 800, 100, 100],
  ['a long one, an eighth of it', 4_000, 100, 500],
  ['at most a second', 30_000, 100, 1_000],
  ['an expensive question, never sooner than asked for', 30_000, 2_000, 2_000],
])('the pause until the next question: %s', (_, waitedMs, everyMs, pauseMs) => {
  expect(pauseAfter(waitedMs, everyMs)).toBe(pauseMs)
})
