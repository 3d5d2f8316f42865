import { afterEach, expect, it, vi } from 'vitest'
import { StoryClock, timestamp } from '#sandbox/sandbox-clock.ts'

const START = Date.parse('2026-11-24T12:00:00Z')

afterEach(() => {
  vi.useRealTimers()
})

/** A clock, and what happened on it: the label and the second at which it did. */
function recording() {
  const clock = new StoryClock(START)
  const seen: [string, number][] = []
  const mark = (label: string) => () => seen.push([label, (clock.now() - START) / 1000])
  return { clock, seen, mark }
}

it('winds through what is due, in order of time, then of asking', () => {
  const { clock, seen, mark } = recording()
  clock.after(30, mark('late'))
  clock.after(10, mark('first'))
  clock.after(10, mark('second'))
  clock.windTo(START + 20_000)
  expect(seen).toEqual([
    ['first', 10],
    ['second', 10],
  ])
  clock.windTo(START + 60_000)
  expect(seen.at(-1)).toEqual(['late', 30])
  expect(clock.now()).toBe(START + 60_000)
})

it('runs what was asked for meanwhile, when it is due as well', () => {
  const { clock, seen, mark } = recording()
  clock.after(10, () => clock.after(5, mark('inner')))
  clock.windTo(START + 20_000)
  expect(seen).toEqual([['inner', 15]])
})

it('forgets what was undone', () => {
  const { clock, seen, mark } = recording()
  const undo = clock.after(10, mark('undone'))
  undo()
  clock.windTo(START + 20_000)
  expect(seen).toEqual([])
})

it.each([
  ['the story', 'story', 60, 100],
  ['the story, unhurried', 'story', 1, 6_000],
  ['the wall, whatever the speed', 'wall', 60, 6_000],
] as const)('goes on by the pace of %s', (_what, pace, speed, expectedMs) => {
  vi.useFakeTimers({ now: START + 4_000 })
  const { clock, seen, mark } = recording()
  clock.after(10, mark('due'), pace)
  clock.windTo(START + 4_000)
  clock.goLive(speed)
  vi.advanceTimersByTime(expectedMs - 1)
  expect(seen).toEqual([])
  vi.advanceTimersByTime(1)
  expect(seen).toHaveLength(1)
})

it('does nothing any more once stopped', () => {
  vi.useFakeTimers({ now: START })
  const { clock, seen, mark } = recording()
  clock.goLive(1)
  clock.after(1, mark('after'))
  clock.stop()
  vi.advanceTimersByTime(5_000)
  expect(seen).toEqual([])
})

it('writes times as the API server does', () => {
  expect(timestamp(START + 999)).toBe('2026-11-24T12:00:00Z')
})
