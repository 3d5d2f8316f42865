import { describe, expect, it } from 'vitest'
import { newsBetween, notice } from '#components/machines/board-news.ts'
import { makeMachine } from '#components/machines/fixtures/make-machine.ts'
import type { ListedMachine, ListedSnapshot } from '#lib/query/wire.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const inMinutes = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString()

function snapshotOf(machines: readonly Partial<ListedMachine>[]) {
  const rows = machines.map((odd) => makeMachine(odd))
  return {
    machines: new Map(rows.map((row) => [row.name, row])),
    others: new Map(),
    changes: { forgotten: 0, kept: [], rows: 0 },
  } as unknown as ListedSnapshot
}

function look(machines: readonly Partial<ListedMachine>[], now = NOON) {
  return notice(snapshotOf(machines), now)
}

/** As a patch does it. */
function put(snapshot: ListedSnapshot, name: string, odd: Partial<ListedMachine> | null): void {
  const machines = snapshot.machines as Map<string, ListedMachine>
  const before = machines.get(name) ?? null
  const after = odd === null ? null : makeMachine({ ...odd, name })
  if (after === null) machines.delete(name)
  else machines.set(name, after)
  snapshot.changes.kept.push({ kind: 'machine', key: name, before, after })
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

describe('what patches did between two looks', () => {
  const calm = { deadline: inMinutes(40) }
  const ready = { waiting: false, deadline: null, stage: 'ready' } as const
  const start = (): ListedSnapshot =>
    snapshotOf([
      { ...calm, name: 'a' },
      { name: 'soon', deadline: inMinutes(16) },
      { name: 'late', deadline: inMinutes(1) },
    ])
  const steps: Record<string, (snapshot: ListedSnapshot) => void> = {
    nothing: () => {},
    'one comes': (snapshot) => put(snapshot, 'b', calm),
    'one comes and leaves': (snapshot) => {
      put(snapshot, 'b', calm)
      put(snapshot, 'b', null)
    },
    'one changes twice': (snapshot) => {
      put(snapshot, 'a', { ...calm, waiting: false })
      put(snapshot, 'a', { ...calm, ...ready })
    },
    'one leaves whose time is over': (snapshot) => put(snapshot, 'late', null),
    'one has more time': (snapshot) => put(snapshot, 'late', calm),
    'one has less time': (snapshot) => put(snapshot, 'a', { deadline: inMinutes(3) }),
  }

  it.each([
    ['nothing', { soon: ['soon'], overdue: ['late'] }],
    ['one comes', { arrived: ['b'], soon: ['soon'], overdue: ['late'] }],
    ['one comes and leaves', { soon: ['soon'], overdue: ['late'] }],
    ['one changes twice', { ready: ['a'], soon: ['soon'], overdue: ['late'] }],
    ['one leaves whose time is over', { soon: ['soon'] }],
    ['one has more time', { soon: ['soon'] }],
    ['one has less time', { soon: ['a', 'soon'], overdue: ['late'] }],
  ])('%s, and two minutes pass', (step, expected) => {
    const later = NOON + 2 * 60_000
    const nothing = { arrived: [], soon: [], overdue: [], ready: [], alarms: [] }
    const snapshot = start()
    const before = notice(snapshot, NOON)
    steps[step]?.(snapshot)
    expect(newsBetween(before, notice(snapshot, later))).toEqual({ ...nothing, ...expected })

    // The same where the snapshot was read again meanwhile, after some of it had been patched.
    const patched = start()
    const first = notice(patched, NOON)
    put(patched, 'a', null)
    const again = { ...snapshot, changes: { forgotten: 0, kept: [], rows: 0 } }
    const news = newsBetween(first, notice(again, later))
    const sorted = Object.fromEntries(
      Object.entries(news).map(([key, names]) => [key, names.toSorted()]),
    )
    expect(sorted).toEqual({ ...nothing, ...expected })
  })
})
