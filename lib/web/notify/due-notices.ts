import {
  type AlarmEvent,
  announcements,
  type HourEvent,
  NOTHING_ANNOUNCED as NO_HOURS_OR_ALARMS,
  type Announced as SharedAnnounced,
} from '#lib/csr/machine/announcements.ts'
import type { MachineApproverBrake } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import type { Trip } from '#lib/csr/policy/brake.ts'
import type { AlarmDetail, JudgedMachine } from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { hasEndedSince, type RunSummary } from '#lib/wire/run-answers.ts'

/** An alarm of a request that names no machine. */
export type RequestEvent = Extract<AlarmEvent, `request.${string}`>

/** A step of a waiting machine, or its alarm. */
export type MachineEvent = HourEvent | Exclude<AlarmEvent, RequestEvent>

export type NoticedMachine = Pick<
  JudgedMachine,
  'name' | 'stage' | 'verdict' | 'waiting' | 'firstPendingAt' | 'deadline'
>

type NoticedRun = Pick<
  RunSummary,
  'id' | 'decision' | 'user' | 'endedAt' | 'status' | 'follows' | 'progress' | 'needsYou'
>

/**
 * One message. Machines of one event share a message, so that a booting rack is not a hundred
 * messages.
 */
export type Notice =
  | {
      readonly event: MachineEvent
      readonly count: number
      /** The machines whose hour ends first. */
      readonly machines: readonly NoticedMachine[]
    }
  | {
      readonly event: RequestEvent
      readonly count: number
      readonly alarms: readonly AlarmDetail[]
    }
  | { readonly event: 'machineApprover.brake'; readonly brake: MachineApproverBrake }
  /** The brake of Countersign's approver, with the scopes that were not announced before. */
  | { readonly event: 'approver.brake'; readonly trips: readonly Trip[] }
  | { readonly event: 'run.ended'; readonly run: NoticedRun }
  /** A test of the webhook by a person. */
  | { readonly event: 'test'; readonly by: string }

/** One look at the cluster. */
export interface Seen {
  readonly machines: Iterable<NoticedMachine>
  readonly alarms: Iterable<AlarmDetail>
  /** Null where there is no machine-approver, or its brake is not known. */
  readonly brake: MachineApproverBrake | null
  /** Scopes in which the automatic approver's brake has tripped. */
  readonly trips: readonly Trip[]
  readonly runs: readonly NoticedRun[]
  /** Runs of an earlier process that were cut off and not announced yet. */
  readonly cutOff: readonly NoticedRun[]
  /**
   * Time of the first look, in milliseconds like `now`: earlier ends are another process's to
   * announce.
   */
  readonly since: number
  /** Milliseconds since the epoch, by the API server's clock. */
  readonly now: number
}

/** Announcements of earlier looks. */
export interface Announced extends SharedAnnounced {
  readonly brake: boolean
  readonly trips: ReadonlySet<string>
  readonly runs: ReadonlySet<string>
}

export const NOTHING_ANNOUNCED: Announced = {
  ...NO_HOURS_OR_ALARMS,
  brake: false,
  trips: new Set(),
  runs: new Set(),
}

/** Machines or requests named in one message; `count` has them all. */
export const MOST_NAMED = 50

/** The messages of this look. */
export function dueNotices(
  { machines, alarms, brake, trips, runs, cutOff, since, now }: Seen,
  before: Announced,
): { readonly notices: readonly Notice[]; readonly announced: Announced } {
  const byName = new Map([...machines].map((machine) => [machine.name, machine]))
  const named = ({ machine }: AlarmDetail) => byName.get(machine ?? '')
  // An alarm waits for its machine's row, which is published a moment later.
  const shown = [...alarms].filter((alarm) => alarm.machine === null || named(alarm) !== undefined)
  const due = announcements({ machines: byName.values(), alarms: shown, now }, before)
  const notices: Notice[] = []
  for (const [event, group] of due.hours) notices.push(machineNotice(event, group))
  for (const [event, group] of due.alarms) {
    if (isOfRequest(event)) {
      notices.push({ event, count: group.length, alarms: group.slice(0, MOST_NAMED) })
    } else {
      const rows = new Set(group.flatMap((alarm) => named(alarm) ?? []))
      notices.push(machineNotice(event, [...rows]))
    }
  }
  const isBraked = brake?.state === 'tripped'
  if (isBraked && !before.brake) notices.push({ event: 'machineApprover.brake', brake })
  const tripped = trips.filter((trip) => !before.trips.has(keyOf(trip)))
  if (tripped.length > 0) notices.push({ event: 'approver.brake', trips: tripped })
  // A run that follows one click ends with its machine, so it has no message.
  const ended = runs.filter((run) => run.follows === null && hasEndedSince(run, since))
  const unheard = ended.filter(({ id }) => !before.runs.has(id))
  for (const run of [...cutOff, ...unheard]) notices.push({ event: 'run.ended', run })
  const announced = {
    ...due.announced,
    brake: brake === null ? before.brake : isBraked,
    trips: new Set(trips.map(keyOf)),
    runs: new Set(ended.map(({ id }) => id)),
  }
  return { notices, announced }
}

function isOfRequest(event: AlarmEvent): event is RequestEvent {
  return event.startsWith('request.')
}

function keyOf({ scope, name, at }: Trip): string {
  return `${scope} ${at} ${name}`
}

function machineNotice(event: MachineEvent, group: readonly NoticedMachine[]): Notice {
  const end = ({ deadline }: NoticedMachine) => milliseconds(deadline) ?? Number.POSITIVE_INFINITY
  const byEnd = group.toSorted((a, b) => {
    const [first, second] = [end(a), end(b)]
    return first === second ? 0 : first - second
  })
  return { event, count: group.length, machines: byEnd.slice(0, MOST_NAMED) }
}
