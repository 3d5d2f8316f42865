import { beforeEach, expect, it } from 'vitest'
import { createLineLimit } from '#lib/journal/line-limit.ts'
import { type ManualClock, manualClock } from '#lib/kube/fixtures/manual-clock.ts'
import { DECISION_LIMIT } from '#lib/wire/wire.ts'

const MOST = 300
const MINUTE = 60_000

let clock: ManualClock
let limit: ReturnType<typeof createLineLimit>
let leftOut: [string, number][]

beforeEach(() => {
  clock = manualClock()
  leftOut = []
  limit = createLineLimit(clock, (who, count) => leftOut.push([who, count]))
})

/** Whether both lines of a try are recorded. */
function attempt(at: number, outcome: string, who = 'eve'): [begin: boolean, end: boolean] {
  const line = { who, requestId: `r${at}`, uid: 'a' }
  const begin = limit.takes({ ...line, event: 'decision.begin' })
  return [begin, limit.takes({ ...line, event: 'decision.end', outcome })]
}

const attempts = (count: number, outcome: string, who?: string) =>
  Array.from({ length: count }, (_, at) => attempt(at, outcome, who))

const isWhole = ([begin, end]: [boolean, boolean]) => begin && end

it('the limit takes each try of a person up to a bound in a minute, with both its lines', () => {
  const [within, beyond] = [attempts(MOST, 'refused'), attempts(9, 'refused')]
  expect(within.every(isWhole)).toBe(true)
  expect(beyond).toEqual(beyond.map(() => [false, false]))
  clock.advance(MINUTE)
  expect(leftOut).toEqual([['eve', 18]])
  expect(attempt(0, 'refused')).toEqual([true, true])
})

it('the limit bounds approvals that find the person’s own proposal there', () => {
  attempts(MOST, 'proposed')
  expect(attempt(MOST, 'proposed')).toEqual([false, false])
})

it('the limit never leaves out a created proposal', () => {
  const propose = (uid: string) => {
    const line = { who: 'eve', requestId: 'bulk', uid }
    limit.takes({ ...line, event: 'decision.begin' })
    return limit.takes({ ...line, event: 'decision.end', outcome: 'proposed', proposal: 'p' })
  }
  const bulk = Array.from({ length: DECISION_LIMIT }, (_, at) => propose(`u${at}`))
  expect(bulk).toEqual(bulk.map(() => true))
  attempts(MOST, 'refused')
  expect(propose('later')).toBe(true)
})

it('all people together have a bound, beyond which eight lines of each and writes are taken', () => {
  for (let person = 0; person < 10; person += 1) attempts(MOST, 'refused', `person ${person}`)
  expect(attempts(8, 'refused', 'kim.osei').every(isWhole)).toBe(true)
  expect(attempt(8, 'refused', 'kim.osei')).toEqual([false, false])
  expect(attempt(9, 'approved', 'kim.osei')).toEqual([false, true])
  clock.advance(MINUTE)
  expect(attempt(2, 'refused', 'kim.osei')).toEqual([true, true])
})

it('approvals of many people take no room of refused tries', () => {
  for (let person = 0; person < 11; person += 1) attempts(MOST, 'approved', `person ${person}`)
  expect(attempt(0, 'refused', 'kim.osei')).toEqual([true, true])
})

it('each person has a bound of their own', () => {
  attempts(MOST + 1, 'gone')
  expect(attempt(0, 'gone', 'kim.osei')).toEqual([true, true])
})

it.each(['approved', 'denied', 'unknown'])('the limit never leaves out what was %s', (outcome) => {
  expect(attempts(2_000, outcome).every(isWhole)).toBe(true)
  attempts(MOST + 1, 'forbidden')
  expect(attempt(0, outcome)).toEqual([false, true])
})

it('the limit takes the end, beyond the bound, of a try that was begun within it', () => {
  const line = { who: 'eve', requestId: 'first', uid: 'a' }
  limit.takes({ ...line, event: 'decision.begin' })
  attempts(MOST, 'refused')
  expect(limit.takes({ ...line, event: 'decision.end', outcome: 'changed' })).toBe(true)
})

it.each([
  ['a saved policy', { event: 'policy.saved', who: 'eve' }],
  ['a saved list', { event: 'expected.saved', who: 'eve' }],
  ['a dismissed alarm', { event: 'alarm.dismissed', who: 'eve' }],
  ['a released brake', { event: 'brake.released', who: 'eve' }],
  ['a started run', { event: 'run.start', who: 'eve' }],
  ['a stopped run', { event: 'run.stop', who: 'eve' }],
  ['a line of nobody', { event: 'approver.brake' }],
])('the limit always takes %s', (_, line) => {
  attempts(MOST + 1, 'refused')
  expect(limit.takes(line)).toBe(true)
})

it('the limit says what was left out when it stops, and nothing where nothing was', () => {
  attempts(1, 'refused', 'kim.osei')
  attempts(MOST + 1, 'refused')
  limit.stop()
  expect(leftOut).toEqual([['eve', 2]])
  clock.advance(MINUTE)
  expect(leftOut).toHaveLength(1)
})
