import { remaining, type Urgency } from '#components/machines/countdown.tsx'
import type { Alarm, AlarmKind } from '#lib/csr/model.ts'
import { alarmKey } from '#lib/csr/rows/rows.ts'
import type { BoardCounts, MachineListRow } from '#lib/wire/views.ts'

type Counts = Pick<BoardCounts, 'waiting' | 'alarms'>

/** The board's state at `now`, in milliseconds on the server's clock. */
export interface Noticing {
  readonly counts: Counts
  /**
   * Machines by name, and alarms without a machine by key, whose rows are here or were a moment
   * ago.
   */
  readonly machines: ReadonlyMap<string, Noticed>
  readonly now: number
}

export interface News {
  /** Number of machines that began to wait since the last look. */
  readonly arrived: number
  readonly soon: readonly string[]
  readonly overdue: readonly string[]
  readonly ready: readonly string[]
  readonly alarms: Readonly<Record<AlarmKind, readonly Alarm[]>>
}

/** Milliseconds for which a row may be in no section while it moves between two. */
const BETWEEN_MS = 10_000

type Row = Pick<MachineListRow, 'name' | 'waiting' | 'stage' | 'alarm' | 'deadline'>

/** Takes the state of the rows that are here. */
export function notice(
  before: Noticing | null,
  counts: Counts,
  rows: readonly Row[],
  alone: readonly Alarm[],
  now: number,
): Noticing {
  const machines = new Map<string, Noticed>()
  for (const [name, machine] of before?.machines ?? []) {
    if (now - machine.seenAt < BETWEEN_MS) machines.set(name, machine)
  }
  for (const row of rows) machines.set(row.name, noticed(row, now))
  for (const alarm of alone) {
    machines.set(alarmKey(alarm), { urgency: 'none', ready: false, alarm, seenAt: now })
  }
  return { counts, machines, now }
}

/** Changes since the last look: counted over all rows, named among the rows that are read. */
export function newsBetween(before: Noticing, after: Noticing): News {
  const [soon, overdue, ready]: [string[], string[], string[]] = [[], [], []]
  const alarms: Record<AlarmKind, Alarm[]> = { issuedOtherwise: [], approvedAgainst: [] }
  const newAlarms = after.counts.alarms > before.counts.alarms
  // The summary may count an alarm one look before its row arrives.
  const isNew = ({ machine, since }: Alarm) =>
    machine === null ? Date.parse(since ?? '') > before.now - BETWEEN_MS : newAlarms
  for (const [name, now] of after.machines) {
    const was = before.machines.get(name) ?? null
    if (now.seenAt !== after.now) continue
    // A row that another page or filter brings is not news.
    const { alarm } = now
    if (alarm !== null && (was === null ? isNew(alarm) : !isSame(alarm, was.alarm))) {
      alarms[alarm.kind].push(alarm)
    }
    if (was === null) continue
    if (now.urgency === 'soon' && was.urgency === 'calm') soon.push(name)
    if (now.urgency === 'overdue' && (was.urgency === 'soon' || was.urgency === 'calm')) {
      overdue.push(name)
    }
    if (now.ready && !was.ready) ready.push(name)
  }
  const arrived = Math.max(0, after.counts.waiting - before.counts.waiting)
  return { arrived, soon, overdue, ready, alarms }
}

function isSame(alarm: Alarm, other: Alarm | null): boolean {
  return other !== null && alarmKey(alarm) === alarmKey(other)
}

/** The facts of a machine of which a change is announced. */
interface Noticed {
  readonly urgency: Urgency | 'none'
  readonly ready: boolean
  readonly alarm: Alarm | null
  readonly seenAt: number
}

function noticed({ waiting, stage, alarm, deadline }: Row, now: number): Noticed {
  const hasClock = waiting && !Number.isNaN(Date.parse(deadline ?? ''))
  const urgency = hasClock ? remaining(deadline ?? '', now).urgency : 'none'
  return { urgency, ready: stage === 'ready', alarm, seenAt: now }
}
