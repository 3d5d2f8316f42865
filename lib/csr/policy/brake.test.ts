import { describe, expect, it } from 'vitest'
import {
  type Approval,
  afterRelease,
  MOST_TRIPS,
  readTrips,
  stoppedBy,
  Tally,
  type Trip,
  tripping,
  withTrip,
  writeTrips,
} from '#lib/csr/policy/brake.ts'

const LIMITS = { perNode: 2, perRequestor: 3, total: 4 }
const approval = (node: string | null, requestor: string, at = 0): Approval => ({
  node,
  requestor,
  at,
})
const trip = (scope: Trip['scope'], name: string, at = '2026-11-24T12:00:00Z'): Trip => ({
  scope,
  name,
  at,
})

function tallyOf(...approvals: readonly Approval[]): Tally {
  const tally = new Tally()
  for (const [index, one] of approvals.entries()) tally.add(`uid-${index}`, one)
  return tally
}

describe('one approval more', () => {
  it.each<[string, readonly Approval[], Approval, string | null]>([
    ['nothing yet', [], approval('a', 'x'), null],
    ['one of two of a node', [approval('a', 'x')], approval('a', 'x'), null],
    [
      'two of two of a node',
      [approval('a', 'x'), approval('a', 'y')],
      approval('a', 'z'),
      'node a',
    ],
    ['two of another node', [approval('a', 'x'), approval('a', 'x')], approval('b', 'x'), null],
    [
      'three of three of a requestor',
      [approval('a', 'x'), approval('b', 'x'), approval('c', 'x')],
      approval('d', 'x'),
      'requestor x',
    ],
    [
      'four of four in all',
      ['a', 'b', 'c', 'd'].map((name) => approval(name, name)),
      approval('e', 'e'),
      'total ',
    ],
    ['of no node', [approval(null, 'x'), approval(null, 'x')], approval(null, 'x'), null],
    ['a node with a requestor’s name', [approval('a', 'b')], approval('b', 'a'), null],
  ])('tripping answers which brake one approval more trips: %s', (_, before, next, stopped) => {
    const trip = tripping(tallyOf(...before), LIMITS, next)
    expect(trip === null ? null : `${trip.scope} ${trip.name}`).toBe(stopped)
  })

  it('a limit of 0 trips the brake at the first approval', () => {
    const none = { perNode: 0, perRequestor: 3, total: 3 }
    expect(tripping(new Tally(), none, approval('a', 'x'))).toEqual({ scope: 'node', name: 'a' })
  })
})

describe('the tally of the brake', () => {
  it('the tally counts a request once, at its last place', () => {
    const tally = new Tally()
    tally.add('u', approval('a', 'x', 1))
    tally.add('u', approval('b', 'x', 2))
    expect([tally.count('node', 'a'), tally.count('node', 'b'), tally.count('total', '')]).toEqual([
      0, 1, 1,
    ])
  })

  it('the tally drops approvals outside the window, and deleted ones', () => {
    const tally = tallyOf(approval('a', 'x', 1), approval('a', 'x', 2), approval('a', 'x', 3))
    tally.forgetUntil(2)
    expect(tally.count('node', 'a')).toBe(1)
    tally.delete('uid-2')
    tally.delete('uid-2')
    expect([tally.count('node', 'a'), tally.count('total', '')]).toEqual([0, 0])
  })

  it('the tally drops more approvals as the window moves on', () => {
    const tally = tallyOf(approval('a', 'x', 1), approval('a', 'x', 3), approval('a', 'x', 2))
    const left = [0, 1, 2, 3].map((ms) => {
      tally.forgetUntil(ms)
      return tally.count('total', '')
    })
    expect(left).toEqual([3, 2, 1, 0])
  })
})

describe('a brake that has tripped', () => {
  it.each<[string, readonly Trip[], string | null]>([
    ['stops that node', [trip('node', 'a')], 'node'],
    ['stops no other node', [trip('node', 'b')], null],
    ['stops that requestor', [trip('requestor', 'x')], 'requestor'],
    ['stops no node with a requestor’s name', [trip('requestor', 'a')], null],
    ['in all stops everybody', [trip('node', 'b'), trip('total', '')], 'total'],
  ])('a tripped brake stops its own scope: %s', (_, trips, scope) => {
    expect(stoppedBy(trips, approval('a', 'x'))?.scope ?? null).toBe(scope)
  })

  it('a trip is recorded once, with its first time', () => {
    const trips = withTrip([], trip('node', 'a'))
    expect(withTrip(trips, trip('node', 'a', '2026-11-24T13:00:00Z'))).toBe(trips)
    expect(withTrip(trips, trip('requestor', 'a'))).toEqual([...trips, trip('requestor', 'a')])
  })

  it('trips in more scopes than the list holds stop all approvals', () => {
    let trips: readonly Trip[] = []
    for (let n = 0; n < MOST_TRIPS + 10; n += 1) trips = withTrip(trips, trip('node', `n-${n}`))
    expect(trips.length).toBe(MOST_TRIPS + 1)
    expect(stoppedBy(trips, approval('other', 'x'))?.scope).toBe('total')
    expect(readTrips(writeTrips(trips))).toEqual(trips)
  })

  it('a person’s release ends trips up to that moment, and no later one', () => {
    const trips = [trip('node', 'a'), trip('node', 'b', '2026-11-24T12:00:01Z')]
    const at = (text: string) => Date.parse(text)
    expect(afterRelease(trips, at('2026-11-24T11:59:59Z'))).toBe(trips)
    expect(afterRelease(trips, at('2026-11-24T12:00:00Z'))).toEqual([trips[1]])
    expect(afterRelease(trips, at('2026-11-24T12:00:01Z'))).toEqual([])
  })

  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['another scope', '[{"scope":"rack","name":"a","at":"2026-11-24T12:00:00Z"}]'],
    ['no time', '[{"scope":"node","name":"a","at":"soon"}]'],
    ['null in it', '[null]'],
    ['what looks like a list', '{"length":0}'],
    ['a name that is none', '[{"scope":"node","name":1,"at":"2026-11-24T12:00:00Z"}]'],
    ['a time that is a number', '[{"scope":"node","name":"a","at":5}]'],
    ['something else beside a trip', `[${JSON.stringify(trip('node', 'a'))},1]`],
    [
      'more than were ever written',
      JSON.stringify(Array.from({ length: MOST_TRIPS + 2 }, (_, n) => trip('node', `n-${n}`))),
    ],
  ])('an unreadable annotation does not mean no trips: %s', (_, text) => {
    expect(readTrips(text)).toBeNull()
  })

  it('a brake that has not tripped is written as an empty text', () => {
    expect(writeTrips([])).toBe('')
    expect(readTrips('')).toEqual([])
  })
})
