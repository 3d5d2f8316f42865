import { beforeEach, expect, it } from 'vitest'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { createSignInLines } from '#lib/people/sign-in-lines.ts'

const REFUSED = { event: 'session.refused' }

let clock: ManualClock
let log: object[]
let add: ReturnType<typeof createSignInLines>

beforeEach(() => {
  clock = manualClock()
  log = []
  add = createSignInLines(clock, (entry) => log.push(entry), 10)
})

function addFrom(caller: string, count: number): void {
  for (let n = 0; n < count; n += 1) add(caller, REFUSED)
}

it('one caller has at most five logged lines a minute', () => {
  addFrom('203.0.113.1', 100)
  expect(log).toHaveLength(5)
  addFrom('203.0.113.2', 1)
  expect(log).toHaveLength(6)
})

it('all callers together have a limited number of lines a minute', () => {
  for (let n = 0; n < 100; n += 1) addFrom(`203.0.113.${n}`, 5)
  expect(log).toHaveLength(10)
})

it('further lines are counted by event, and summed up in one line a minute', () => {
  addFrom('203.0.113.1', 100)
  add('203.0.113.1', { event: 'session.begin' })
  clock.advance(60_000)
  const counts = { 'session.refused': 95, 'session.begin': 1 }
  expect(log.slice(5)).toEqual([{ event: 'session.more', counts }])
  addFrom('203.0.113.1', 1)
  expect(log.at(-1)).toEqual(REFUSED)
})

it('a minute in which every line was logged has no summary', () => {
  addFrom('203.0.113.1', 5)
  clock.advance(60_000)
  expect([log.length, clock.alarms]).toEqual([5, []])
})

it('the log says whether a line was logged', () => {
  addFrom('203.0.113.1', 4)
  expect([add('203.0.113.1', REFUSED), add('203.0.113.1', REFUSED)]).toEqual([true, false])
})
