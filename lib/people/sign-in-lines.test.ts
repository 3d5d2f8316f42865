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
  add = createSignInLines({ clock, log: (entry) => log.push(entry), inAll: 10 })
})

function addFrom(caller: string, count: number): void {
  for (let n = 0; n < count; n += 1) add(caller, REFUSED)
}

it('of one caller five lines a minute are logged', () => {
  addFrom('203.0.113.1', 100)
  expect(log).toHaveLength(5)
  addFrom('203.0.113.2', 1)
  expect(log).toHaveLength(6)
})

it('of all callers so many a minute are logged', () => {
  for (let n = 0; n < 100; n += 1) addFrom(`203.0.113.${n}`, 5)
  expect(log).toHaveLength(10)
})

it('the others are counted by their events, and told in one line a minute', () => {
  addFrom('203.0.113.1', 100)
  add('203.0.113.1', { event: 'session.begin' })
  clock.advance(60_000)
  const counts = { 'session.refused': 95, 'session.begin': 1 }
  expect(log.slice(5)).toEqual([{ event: 'session.more', counts }])
  addFrom('203.0.113.1', 1)
  expect(log.at(-1)).toEqual(REFUSED)
})

it('a minute in which all were logged has no line of its own', () => {
  addFrom('203.0.113.1', 5)
  clock.advance(60_000)
  expect([log.length, clock.alarms]).toEqual([5, []])
})

it('the answer says whether the line was logged', () => {
  addFrom('203.0.113.1', 4)
  expect([add('203.0.113.1', REFUSED), add('203.0.113.1', REFUSED)]).toEqual([true, false])
})
