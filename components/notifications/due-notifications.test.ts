import { describe, expect, it } from 'vitest'
import { dueNotifications, type EarlierLooks } from '#components/notifications/due-notifications.ts'
import { makeAgainst, makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

const NOW = Date.parse('2026-11-28T14:00:00Z')
const MINUTE = 60_000

/** A machine that at NOW has waited for that many minutes. */
function waits(name: string, minutes: number) {
  const deadline = new Date(NOW + (60 - minutes) * MINUTE).toISOString()
  return { name, waiting: true, deadline }
}
const alarmOf = (machine: string | null, uid: string) => makeIssuedOtherwise({ machine, uid })
const against = (uid: string) => makeAgainst({ machine: null, uid, request: `csr-${uid}` })
const run = (endedAt: number | null, rest: Partial<RunSummary> = {}) =>
  ({ id: 'r', decision: 'approve', follows: null, endedAt, ...rest }) as RunSummary

type Look = Parameters<typeof dueNotifications>[0]
type Machines = Look['machines']

/** Notifications of the last of several looks, a minute apart. */
function due(
  looks: readonly Machines[],
  runs: readonly RunSummary[] = [],
  alarms: readonly Look['alarms'][] = [],
) {
  let earlier: EarlierLooks | null = null
  let last: ReturnType<typeof dueNotifications> | null = null
  for (const [index, machines] of looks.entries()) {
    const now = NOW + index * MINUTE
    const seen = { machines, alarms: alarms[index] ?? [], runs: index === 0 ? [] : runs, now }
    last = dueNotifications(seen, earlier)
    earlier = last.earlier
  }
  return last?.due
}

describe('the browser notifies of', () => {
  it.each<[what: string, looks: readonly Machines[], due: ReturnType<typeof due>]>([
    ['nothing that was there before', [[waits('a', 50)]], []],
    [
      'machines of one step together',
      [[], [waits('a', 20), waits('b', 20)]],
      [{ event: 'machine.waiting.15min', names: ['a', 'b'] }],
    ],
    [
      'the end of the hour, 15 minutes before',
      [[waits('a', 44)], [waits('a', 44)]],
      [{ event: 'machine.hour.15min', names: ['a'] }],
    ],
  ])('the browser notifies of machines: %s', (_what, looks, expected) => {
    expect(due(looks)).toEqual(expected)
  })

  it.each<[what: string, looks: readonly Look['alarms'][], due: ReturnType<typeof due>]>([
    [
      'an alarm of a machine',
      [[], [alarmOf('a', 'u')]],
      [{ event: 'machine.alarm', names: ['a'] }],
    ],
    [
      'two alarms of a machine together',
      [[], [alarmOf('a', 'u'), alarmOf('a', 'v')]],
      [{ event: 'machine.alarm', names: ['a'] }],
    ],
    ['no alarm that was there before', [[alarmOf('a', 'u')]], []],
    ['an alarm once', [[alarmOf('a', 'u')], [alarmOf('a', 'u')]], []],
    [
      'an alarm of a request without a machine, with its page',
      [[], [against('u')]],
      [{ event: 'request.approvedAgainst', names: ['csr-u'], uid: 'u' }],
    ],
    [
      'two such requests together',
      [[], [against('u'), against('v')]],
      [{ event: 'request.approvedAgainst', names: ['csr-u', 'csr-v'] }],
    ],
  ])('the browser notifies of alarms: %s', (_what, alarms, expected) => {
    const none = alarms.map(() => [])
    expect(due(none, [], alarms)).toEqual(expected)
  })

  it.each<[what: string, run: RunSummary, count: number]>([
    ['a bulk that ended since', run(NOW + MINUTE), 1],
    ['none that ended before', run(NOW - 1), 0],
    ['none that is under way', run(null), 0],
    ['no denial', run(NOW + 1, { decision: 'deny' }), 0],
    ['none that follows a click', run(NOW + 1, { follows: 'a' }), 0],
  ])('the browser notifies of bulks: %s', (_what, one, count) => {
    expect(due([[], []], [one])).toHaveLength(count)
    expect(due([[], [], []], [one])).toEqual([])
  })
})
