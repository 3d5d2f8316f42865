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
  add = createSignInLines(clock, (entry) => log.push(entry), { ofOne: 5, inAll: 10 })
})

function addFrom(caller: string, count: number): void {
  for (let n = 0; n < count; n += 1) add(caller, REFUSED)
}

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
