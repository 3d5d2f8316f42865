import { HOUR_SECONDS, remaining, SOON_SECONDS } from '#components/machines/countdown.tsx'
import { alarmKey } from '#lib/csr/machine/rows.ts'
import {
  type Alarm,
  isBulk,
  type MachineListRow,
  type RunSummary,
} from '#lib/query/domain-types.ts'

/** Something to notify of; machines of one step share a notification. */
export type Due = MachineDue | { readonly kind: 'run'; readonly run: RunSummary }

interface MachineDue {
  readonly kind:
    | ('waited15' | 'waited45' | 'overdue')
    | ('alarm' | 'approvedAgainst' | 'requestAlarm' | 'requestApprovedAgainst')
  /** Names of machines, or of requests without one. */
  readonly names: readonly string[]
  /** Uid of the only request without a machine. */
  readonly uid?: string
}

type Row = Pick<MachineListRow, 'name' | 'waiting' | 'deadline'>

const ALARMS = {
  issuedOtherwise: { ofMachine: 'alarm', alone: 'requestAlarm' },
  approvedAgainst: { ofMachine: 'approvedAgainst', alone: 'requestApprovedAgainst' },
} as const

/** Machines, alarms and runs as the page has them at one moment. */
interface Look {
  readonly machines: readonly Row[]
  readonly alarms: readonly Alarm[]
  readonly runs: readonly RunSummary[]
  /** Milliseconds since the epoch on the server's clock. */
  readonly now: number
}

/** Steps by the seconds left of the hour, the latest first: a machine is notified of that one alone. */
const STEPS = [
  { kind: 'overdue', left: 0 },
  { kind: 'waited45', left: SOON_SECONDS },
  { kind: 'waited15', left: HOUR_SECONDS - 15 * 60 },
] as const

/** Keys of all that earlier looks saw, and when the first of them was. */
export interface Told {
  readonly since: number
  readonly keys: ReadonlySet<string>
}

/**
 * News since the earlier looks. The first look, with null, only learns what a person could see
 * already. A machine's wait is known by its deadline, so each step of it is told once.
 */
export function dueNotifications(
  { machines, alarms, runs, now }: Look,
  told: Told | null,
): { readonly due: readonly Due[]; readonly told: Told } {
  const keys = new Set(told?.keys)
  const since = told?.since ?? now
  const groups = new Map<MachineDue['kind'], Map<string, string>>()
  const add = (kind: MachineDue['kind'], name: string, uid = name) =>
    groups.set(kind, (groups.get(kind) ?? new Map()).set(uid, name))
  for (const { name, waiting, deadline } of machines) {
    const left = waiting && deadline !== null ? remaining(deadline, now).seconds : Number.NaN
    const reached = STEPS.filter((step) => left <= step.left).map(({ kind }) => kind)
    const keyOf = (kind: string) => `${kind} ${deadline} ${name}`
    const [latest] = reached
    if (latest !== undefined && !keys.has(keyOf(latest))) add(latest, name)
    for (const kind of reached) keys.add(keyOf(kind))
  }
  for (const alarm of alarms) {
    const { machine, request, uid } = alarm
    const { ofMachine, alone } = ALARMS[alarm.kind]
    if (!keys.has(alarmKey(alarm))) {
      if (machine === null) add(alone, request, uid)
      else add(ofMachine, machine)
    }
    keys.add(alarmKey(alarm))
  }
  const due = [...groups].map(([kind, named]): Due => {
    const [uid] = named.keys()
    const isRequest = kind === 'requestAlarm' || kind === 'requestApprovedAgainst'
    const only = isRequest && named.size === 1 && uid !== undefined ? { uid } : {}
    return { kind, names: [...named.values()], ...only }
  })
  for (const run of runs) {
    if (!isBulk(run) || run.endedAt === null || run.endedAt < since || keys.has(run.id)) continue
    keys.add(run.id)
    due.push({ kind: 'run', run })
  }
  return { due: told === null ? [] : due, told: { since, keys } }
}
