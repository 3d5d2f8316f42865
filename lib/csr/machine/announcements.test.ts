import { describe, expect, it } from 'vitest'
import { ago, makeAgainst, makeIssuedOtherwise, NOW } from '#lib/csr/fixtures/make-rows.ts'
import {
  type Announced,
  announcements,
  type HourOfMachine,
  NOTHING_ANNOUNCED,
} from '#lib/csr/machine/announcements.ts'

type Seen = Parameters<typeof announcements>[0]
type Alarm = ReturnType<typeof makeAgainst> | ReturnType<typeof makeIssuedOtherwise>

/** A machine whose hour began that many minutes before NOW. */
const waits = (minutes: number, name = 'w') => ({
  name,
  waiting: true,
  deadline: ago((minutes - 60) * 60),
})
const ready = { name: 'w', waiting: false, deadline: null }

/** `event name,name` of each look; looks are a minute apart. */
function eventsOf(looks: readonly (readonly HourOfMachine[])[]): readonly (readonly string[])[] {
  let before: Announced = NOTHING_ANNOUNCED
  return looks.map((machines, index) => {
    const look = announcements({ machines, alarms: [], now: NOW + index * 60_000 }, before)
    before = look.announced
    return [...look.hours].map(([event, group]) => `${event} ${group.map(({ name }) => name)}`)
  })
}

const last = (looks: Parameters<typeof eventsOf>[0]) => eventsOf(looks).at(-1)

describe('a machine that waits', () => {
  it.each([
    [14.9, []],
    [15, ['machine.waiting.15min w']],
    [44.9, ['machine.waiting.15min w']],
    [45, ['machine.hour.15min w']],
    [51, ['machine.hour.15min w']],
    [60, ['machine.overdue w']],
    [600, ['machine.overdue w']],
  ])('%s minutes is announced by its latest step alone', (minutes, expected) => {
    expect(last([[waits(minutes)]])).toEqual(expected)
  })

  it('a machine that waits is announced once for each step', () => {
    const steps = eventsOf(Array.from({ length: 121 }, () => [waits(0)]))
    expect(steps.flatMap((step, minute) => step.map((one) => `${minute} ${one}`))).toEqual([
      '15 machine.waiting.15min w',
      '45 machine.hour.15min w',
      '60 machine.overdue w',
    ])
  })

  it('a machine shares an announcement with the others of its step', () => {
    expect(last([[waits(20), waits(30, 'v'), waits(70, 'late')]])).toEqual([
      'machine.waiting.15min w,v',
      'machine.overdue late',
    ])
  })

  it.each<[string, Parameters<typeof eventsOf>[0], readonly string[]]>([
    ['goes on with its hour at the serving request', [[waits(20)], [ready], [waits(20)]], []],
    [
      'is warned of its hour at the serving request, however young that is',
      [[waits(20)], [{ ...waits(43), waiting: false }], [waits(43)]],
      ['machine.hour.15min w'],
    ],
    ['stays in its hour while its oldest request is denied', [[waits(46)], [waits(16)]], []],
    ['stays in its hour when its row is gone for a moment', [[waits(20)], [], [waits(20)]], []],
    [
      'has another hour once it has stopped waiting',
      [[waits(60)], [ready], [waits(13)]],
      ['machine.waiting.15min w'],
    ],
    ['has no step without a deadline', [[{ ...waits(600), deadline: null }]], []],
    ['has no step while it does not wait', [[{ ...waits(600), waiting: false }]], []],
  ])('a machine is announced as its hour passes: %s', (_what, looks, expected) => {
    expect(last(looks)).toEqual(expected)
  })
})

it('an hour is forgotten an hour after its end, unless its machine still waits', () => {
  const hours = (machines: readonly HourOfMachine[], hour: number, before: Announced) =>
    announcements({ machines, alarms: [], now: NOW + hour * 3_600_000 }, before).announced
  const both = hours([waits(50), waits(50, 'v')], 0, NOTHING_ANNOUNCED)
  const later = hours([waits(50, 'v')], 1, both)
  expect([...later.hours.keys()]).toEqual(['w', 'v'])
  expect([...hours([waits(50, 'v')], 2, later).hours.keys()]).toEqual(['v'])
})

describe('the announcement of an alarm', () => {
  const look = (alarms: readonly Alarm[], before: Announced = NOTHING_ANNOUNCED) =>
    announcements({ machines: [], alarms, now: NOW } satisfies Seen, before)

  it('an alarm is announced once, by its kind, with a machine or without', () => {
    const ofMachine = makeAgainst({ uid: 'u1', machine: 'w' })
    const alone = makeIssuedOtherwise({ uid: 'u2', machine: null })
    const first = look([ofMachine, alone])
    expect([...first.alarms]).toEqual([
      ['machine.approvedAgainst', [ofMachine]],
      ['request.alarm', [alone]],
    ])
    const another = makeAgainst({ uid: 'u2', machine: null })
    const second = look([ofMachine, alone, another], first.announced)
    expect([...second.alarms]).toEqual([['request.approvedAgainst', [another]]])
    expect(look([], second.announced).announced.alarms.size).toBe(0)
  })
})
