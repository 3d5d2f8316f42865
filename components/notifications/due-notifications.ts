import { HOUR_SECONDS, remaining, SOON_SECONDS } from '#components/machines/countdown.tsx'
import { alarmKey } from '#lib/csr/machine/rows.ts'
import { isBulk, type MachineListRow, type RunSummary } from '#lib/query/domain-types.ts'

/** Something to notify of; machines of one step share a notification. */
export type Due = MachineDue | { readonly kind: 'run'; readonly run: RunSummary }

interface MachineDue {
  readonly kind: 'waited15' | 'waited45' | 'overdue' | 'alarm' | 'approvedAgainst'
  readonly names: readonly string[]
}

type Row = Pick<MachineListRow, 'name' | 'waiting' | 'deadline' | 'alarm'>

/** Machines and runs as the page has them at one moment. */
interface Look {
  readonly machines: readonly Row[]
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
  { machines, runs, now }: Look,
  told: Told | null,
): { readonly due: readonly Due[]; readonly told: Told } {
  const keys = new Set(told?.keys)
  const since = told?.since ?? now
  const groups = new Map<MachineDue['kind'], string[]>()
  const add = (kind: MachineDue['kind'], name: string) =>
    groups.set(kind, [...(groups.get(kind) ?? []), name])
  for (const { name, waiting, deadline, alarm } of machines) {
    const left = waiting && deadline !== null ? remaining(deadline, now).seconds : Number.NaN
    const reached = STEPS.filter((step) => left <= step.left).map(({ kind }) => kind)
    const keyOf = (kind: string) => `${kind} ${deadline} ${name}`
    const [latest] = reached
    if (latest !== undefined && !keys.has(keyOf(latest))) add(latest, name)
    for (const kind of reached) keys.add(keyOf(kind))
    const raised = alarmKey(alarm)
    if (alarm === null || raised === null || keys.has(raised)) continue
    add(alarm.kind === 'issuedOtherwise' ? 'alarm' : alarm.kind, name)
    keys.add(raised)
  }
  const due: Due[] = [...groups].map(([kind, names]) => ({ kind, names }))
  for (const run of runs) {
    if (!isBulk(run) || run.endedAt === null || run.endedAt < since || keys.has(run.id)) continue
    keys.add(run.id)
    due.push({ kind: 'run', run })
  }
  return { due: told === null ? [] : due, told: { since, keys } }
}
