import { describe, expect, it } from 'vitest'
import { newsBetween, notice } from '#components/machines/board-news.ts'
import { makeMachineRow } from '#components/machines/fixtures/make-machine.ts'
import { makeAgainst, makeIssuedOtherwise } from '#lib/csr/fixtures/make-rows.ts'
import type { Alarm } from '#lib/csr/model.ts'
import type { MachineListRow } from '#lib/wire/views.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const inMinutes = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString()

interface Board {
  readonly rows: readonly Partial<MachineListRow>[]
  readonly alone?: readonly Alarm[]
  readonly waiting?: number
  readonly alarms?: number
  readonly minutes?: number
}

function newsOf(...looks: readonly Board[]) {
  const noticings: ReturnType<typeof notice>[] = []
  for (const look of looks) {
    const rows = look.rows.map((odd) => makeMachineRow(odd))
    const counts = { waiting: look.waiting ?? rows.length, alarms: look.alarms ?? 0 }
    const now = NOON + (look.minutes ?? 0) * 60_000
    noticings.push(notice(noticings.at(-1) ?? null, counts, rows, look.alone ?? [], now))
  }
  const [before, after] = noticings.slice(-2)
  if (before === undefined || after === undefined) throw new Error('two looks are needed')
  return newsBetween(before, after)
}

describe('the announcements about the board’s list', () => {
  const a = { name: 'a', deadline: inMinutes(30) }
  const none = { issuedOtherwise: [], approvedAgainst: [] }
  const alarm = makeIssuedOtherwise({ uid: '1' })
  const another = { ...alarm, uid: '2' }
  const against = makeAgainst({ uid: '1' })
  const alone = makeAgainst({ uid: '3', machine: null, since: inMinutes(0) })
  const ready = { name: 'a', waiting: false, deadline: null, stage: 'ready' } as const

  it.each<[string, Board[], Partial<ReturnType<typeof newsBetween>>]>([
    ['nothing new', [{ rows: [a] }, { rows: [a] }], {}],
    ['one arrives', [{ rows: [] }, { rows: [a] }], { arrived: 1 }],
    [
      'three arrive on a page that is not here',
      [{ rows: [a] }, { rows: [a], waiting: 4 }],
      { arrived: 3 },
    ],
    ['one leaves', [{ rows: [a] }, { rows: [] }], {}],
    ['15 minutes are left', [{ rows: [a] }, { rows: [a], minutes: 15 }], { soon: ['a'] }],
    ['the hour is over', [{ rows: [a] }, { rows: [a], minutes: 31 }], { overdue: ['a'] }],
    ['it becomes Ready', [{ rows: [a] }, { rows: [ready], waiting: 0 }], { ready: ['a'] }],
    [
      'it becomes Ready, and was on no page in between',
      [{ rows: [a] }, { rows: [], waiting: 0 }, { rows: [ready], waiting: 0 }],
      { ready: ['a'] },
    ],
    ['a Ready one is first seen', [{ rows: [] }, { rows: [ready], waiting: 0 }], {}],
    [
      'a certificate is not what was approved',
      [{ rows: [a] }, { rows: [{ ...a, alarm }] }],
      { alarms: { ...none, issuedOtherwise: [alarm] } },
    ],
    ['it still is not', [{ rows: [{ ...a, alarm }] }, { rows: [{ ...a, alarm }] }], {}],
    [
      'another one, too',
      [{ rows: [{ ...a, alarm }] }, { rows: [{ ...a, alarm: another }] }],
      { alarms: { ...none, issuedOtherwise: [another] } },
    ],
    [
      'its request was approved against its checks, too',
      [{ rows: [{ ...a, alarm }] }, { rows: [{ ...a, alarm: against }] }],
      { alarms: { ...none, approvedAgainst: [against] } },
    ],
    [
      'one with an alarm is first seen, and there is one alarm more',
      [{ rows: [] }, { rows: [{ ...a, alarm }], alarms: 1, waiting: 0 }],
      { alarms: { ...none, issuedOtherwise: [alarm] } },
    ],
    [
      'another page brings one with an old alarm',
      [
        { rows: [], alarms: 1 },
        { rows: [{ ...a, alarm }], alarms: 1, waiting: 0 },
      ],
      {},
    ],
    [
      'a request without a machine was approved against its checks',
      [{ rows: [] }, { rows: [], alone: [alone] }],
      { alarms: { ...none, approvedAgainst: [alone] } },
    ],
    [
      'the same, a look after the summary counted it',
      [{ rows: [] }, { rows: [], alarms: 1 }, { rows: [], alarms: 1, alone: [alone] }],
      { alarms: { ...none, approvedAgainst: [alone] } },
    ],
    [
      'its alarm is still there',
      [
        { rows: [], alone: [alone] },
        { rows: [], alone: [alone] },
      ],
      {},
    ],
    [
      'another page brings its alarm of a minute ago',
      [
        { rows: [], minutes: 1 },
        { rows: [], minutes: 1, alone: [alone] },
      ],
      {},
    ],
    [
      'another page brings an overdue one',
      [{ rows: [], waiting: 1 }, { rows: [{ ...a, deadline: inMinutes(-1) }] }],
      {},
    ],
  ])('the board announces its changes: %s', (_, looks, expected) => {
    const nothing = { arrived: 0, soon: [], overdue: [], ready: [], alarms: none }
    expect(newsOf(...looks)).toEqual({ ...nothing, ...expected })
  })
})
