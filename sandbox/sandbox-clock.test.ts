import { afterEach, expect, it, vi } from 'vitest'
import { StoryClock, timestamp } from '#sandbox/sandbox-clock.ts'

const START = Date.parse('2026-11-24T12:00:00Z')

afterEach(() => {
  vi.useRealTimers()
})

/** A clock with a log of labels and the seconds at which they were called. */
function recording() {
  const clock = new StoryClock(START)
  const seen: [string, number][] = []
  const mark = (label: string) => () => seen.push([label, (clock.now() - START) / 1000])
  return { clock, seen, mark }
}

it('due timers run by time, then in the order of their calls', () => {
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

it('timers that were set meanwhile and are due run, too', () => {
  const { clock, seen, mark } = recording()
  clock.after(10, () => clock.after(5, mark('inner')))
  clock.windTo(START + 20_000)
  expect(seen).toEqual([['inner', 15]])
})

it('an undone timer does not run', () => {
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
] as const)('the clock continues at the speed of %s', (_what, pace, speed, expectedMs) => {
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

it('a stopped clock runs no timer', () => {
  vi.useFakeTimers({ now: START })
  const { clock, seen, mark } = recording()
  clock.goLive(1)
  clock.after(1, mark('after'))
  clock.stop()
  vi.advanceTimersByTime(5_000)
  expect(seen).toEqual([])
})

it('the clock writes times as the API server does', () => {
  expect(timestamp(START + 999)).toBe('2026-11-24T12:00:00Z')
})
