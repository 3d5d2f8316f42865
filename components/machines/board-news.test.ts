import { describe, expect, it } from 'vitest'
import { newsBetween, notice } from '#components/machines/board-news.ts'
import { makeMachine } from '#components/machines/fixtures/make-machine.ts'
import type { ListedMachine, ListedSnapshot } from '#lib/query/wire.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const inMinutes = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString()

function look(machines: readonly Partial<ListedMachine>[], now = NOON) {
  const rows = machines.map((odd) => makeMachine(odd))
  const snapshot = { machines: new Map(rows.map((row) => [row.name, row])) }
  return notice(snapshot as unknown as ListedSnapshot, now)
}

describe('what is told of a list', () => {
  const a = { name: 'a', deadline: inMinutes(30) }
  const alarm = { uid: '1', since: null, differs: ['key'] }
  const ready = { name: 'a', waiting: false, deadline: null, stage: 'ready' } as const

  it.each([
    ['nothing new', look([a]), look([a]), {}],
    ['one arrives', look([]), look([a]), { arrived: ['a'] }],
    [
      'its serving request arrives',
      look([{ ...a, waiting: false }]),
      look([a]),
      { arrived: ['a'] },
    ],
    ['15 minutes are left', look([a]), look([a], NOON + 15 * 60_000), { soon: ['a'] }],
    ['the hour is over', look([a]), look([a], NOON + 31 * 60_000), { overdue: ['a'] }],
    ['it becomes Ready', look([a]), look([ready]), { ready: ['a'] }],
    [
      'a certificate is not what was approved',
      look([a]),
      look([{ ...a, alarm }]),
      { alarms: ['a'] },
    ],
    ['it still is not', look([{ ...a, alarm }]), look([{ ...a, alarm }]), {}],
    [
      'another one, too',
      look([{ ...a, alarm }]),
      look([{ ...a, alarm: { ...alarm, uid: '2' } }]),
      { alarms: ['a'] },
    ],
    ['a Ready one is first seen', look([]), look([ready]), {}],
    [
      'an overdue one arrives',
      look([]),
      look([{ ...a, deadline: inMinutes(-1) }]),
      { arrived: ['a'] },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(newsBetween(before, after)).toEqual({
      arrived: [],
      soon: [],
      overdue: [],
      ready: [],
      alarms: [],
      ...expected,
    })
  })
})
