import { type AlarmDetail, alarmKey, type JudgedMachine } from '#lib/csr/machine/rows.ts'
import type { MachineApproverBrake } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import type { AlarmKind } from '#lib/csr/model.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import { milliseconds } from '#lib/csr/time.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

/** A step of a waiting machine, or its alarm. */
export type MachineEvent =
  | 'machine.waiting.15min'
  | 'machine.waiting.45min'
  | 'machine.overdue'
  | 'machine.alarm'
  | 'machine.approvedAgainst'

/** An alarm of a request that names no machine. */
export type RequestEvent = 'request.alarm' | 'request.approvedAgainst'

export type NoticedMachine = Pick<
  JudgedMachine,
  'name' | 'stage' | 'verdict' | 'waiting' | 'firstPendingAt' | 'deadline'
>

type NoticedRun = Pick<
  RunSummary,
  'id' | 'decision' | 'user' | 'endedAt' | 'status' | 'follows' | 'progress' | 'needsYou'
>

/** One message. Machines of one event share a message: a rack that boots is not a hundred. */
export type Notice =
  | {
      readonly event: MachineEvent
      readonly count: number
      /** The first of them, by the end of their hour. */
      readonly machines: readonly NoticedMachine[]
    }
  | {
      readonly event: RequestEvent
      readonly count: number
      readonly alarms: readonly AlarmDetail[]
    }
  | { readonly event: 'machineApprover.brake'; readonly brake: MachineApproverBrake }
  /** This product's own approver; the scopes that were not announced before. */
  | { readonly event: 'approver.brake'; readonly trips: readonly Trip[] }
  | { readonly event: 'run.ended'; readonly run: NoticedRun }

/** One look at the cluster. */
export interface Seen {
  readonly machines: Iterable<NoticedMachine>
  readonly alarms: Iterable<AlarmDetail>
  /** Null where there is no machine-approver, or nothing is known of it. */
  readonly brake: MachineApproverBrake | null
  /** Scopes in which the automatic approver's brake has tripped. */
  readonly trips: readonly Trip[]
  readonly runs: readonly NoticedRun[]
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly now: number
}

/** Steps and alarms that earlier looks have announced. */
export interface Announced {
  /** Step of each waiting machine. */
  readonly machines: ReadonlyMap<string, number>
  /** Keys of alarms. */
  readonly alarms: ReadonlySet<string>
  readonly brake: boolean
  readonly trips: ReadonlySet<string>
  readonly runs: ReadonlySet<string>
}

export const NOTHING_ANNOUNCED: Announced = {
  machines: new Map(),
  alarms: new Set(),
  brake: false,
  trips: new Set(),
  runs: new Set(),
}

/** Machines or requests named in one message; `count` has them all. */
export const MOST_NAMED = 50

const MINUTE_MS = 60_000
/** In their order: a machine that is found at a later step skips those before it. */
const STEPS: readonly {
  readonly event: MachineEvent
  readonly since: (machine: NoticedMachine) => number | null
}[] = [
  { event: 'machine.waiting.15min', since: (machine) => waited(machine, 15) },
  { event: 'machine.waiting.45min', since: (machine) => waited(machine, 45) },
  { event: 'machine.overdue', since: ({ deadline }) => milliseconds(deadline) },
]

const ALARM_EVENTS: Readonly<Record<AlarmKind, [ofMachine: MachineEvent, alone: RequestEvent]>> = {
  issuedOtherwise: ['machine.alarm', 'request.alarm'],
  approvedAgainst: ['machine.approvedAgainst', 'request.approvedAgainst'],
}

/** The messages of this look. A machine that no longer waits may be announced anew later. */
export function dueNotices(
  { machines, alarms, brake, trips, runs, now }: Seen,
  before: Announced,
): { readonly notices: readonly Notice[]; readonly announced: Announced } {
  const groups = new Map<MachineEvent, Set<NoticedMachine>>()
  const announce = (event: MachineEvent, machine: NoticedMachine) =>
    groups.set(event, (groups.get(event) ?? new Set()).add(machine))
  const byName = new Map<string, NoticedMachine>()
  const steps = new Map<string, number>()
  for (const machine of machines) {
    byName.set(machine.name, machine)
    const known = before.machines.get(machine.name) ?? -1
    const step = machine.waiting ? Math.max(stepAt(machine, now), known) : -1
    const event = STEPS[step]?.event
    if (event !== undefined && step > known) announce(event, machine)
    if (step >= 0) steps.set(machine.name, step)
  }
  const alone = new Map<RequestEvent, AlarmDetail[]>()
  const raised = new Set<string>()
  for (const alarm of alarms) {
    const [ofMachine, event] = ALARM_EVENTS[alarm.kind]
    const machine = alarm.machine === null ? null : byName.get(alarm.machine)
    // Its machine's row is published a moment later.
    if (machine === undefined) continue
    raised.add(alarmKey(alarm))
    if (before.alarms.has(alarmKey(alarm))) continue
    if (machine !== null) announce(ofMachine, machine)
    else alone.set(event, [...(alone.get(event) ?? []), alarm])
  }
  const isBraked = brake?.state === 'tripped'
  // A run that follows one click ends with its machine: no message.
  const ended = runs.filter(({ endedAt, follows }) => endedAt !== null && follows === null)
  const notices: Notice[] = []
  for (const [event, group] of groups) notices.push(machineNotice(event, [...group]))
  for (const [event, group] of alone) {
    notices.push({ event, count: group.length, alarms: group.slice(0, MOST_NAMED) })
  }
  if (isBraked && !before.brake) notices.push({ event: 'machineApprover.brake', brake })
  const tripped = trips.filter((trip) => !before.trips.has(keyOf(trip)))
  if (tripped.length > 0) notices.push({ event: 'approver.brake', trips: tripped })
  for (const run of ended) if (!before.runs.has(run.id)) notices.push({ event: 'run.ended', run })
  const announced = {
    machines: steps,
    alarms: raised,
    brake: brake === null ? before.brake : isBraked,
    trips: new Set(trips.map(keyOf)),
    runs: new Set(ended.map(({ id }) => id)),
  }
  return { notices, announced }
}

function keyOf({ scope, name, at }: Trip): string {
  return `${scope} ${at} ${name}`
}

/** Index of the last step that the machine has reached; -1 before the first. */
function stepAt(machine: NoticedMachine, now: number): number {
  return STEPS.findLastIndex(({ since }) => {
    const at = since(machine)
    return at !== null && at <= now
  })
}

function waited({ firstPendingAt }: NoticedMachine, minutes: number): number | null {
  const at = milliseconds(firstPendingAt)
  return at === null ? null : at + minutes * MINUTE_MS
}

function machineNotice(event: MachineEvent, group: readonly NoticedMachine[]): Notice {
  const end = ({ deadline }: NoticedMachine) => milliseconds(deadline) ?? Number.POSITIVE_INFINITY
  const byEnd = group.toSorted((a, b) => {
    const [first, second] = [end(a), end(b)]
    return first === second ? 0 : first - second
  })
  return { event, count: group.length, machines: byEnd.slice(0, MOST_NAMED) }
}
