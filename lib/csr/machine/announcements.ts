import type { AlarmKind } from '#lib/csr/model.ts'
import { alarmKey } from '#lib/csr/rows/rows.ts'
import { DOCUMENTED_WINDOW, JOINING } from '#lib/csr/stage/deadlines.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** Milliseconds of the hour's last quarter, and of its first. */
const QUARTER = DOCUMENTED_WINDOW / 4

/** Steps of a machine's hour by the milliseconds left of it, in the order in which they are reached. */
const STEPS = [
  { event: 'machine.waiting.15min', left: DOCUMENTED_WINDOW - QUARTER },
  { event: 'machine.hour.15min', left: QUARTER },
  { event: 'machine.overdue', left: 0 },
] as const

export type HourEvent = (typeof STEPS)[number]['event']

const ALARM_EVENTS = {
  issuedOtherwise: { ofMachine: 'machine.alarm', alone: 'request.alarm' },
  approvedAgainst: { ofMachine: 'machine.approvedAgainst', alone: 'request.approvedAgainst' },
} as const satisfies Record<AlarmKind, object>

/** An alarm of a machine, or of a request that names none. */
export type AlarmEvent = (typeof ALARM_EVENTS)[AlarmKind]['ofMachine' | 'alone']

export interface HourOfMachine {
  readonly name: string
  readonly waiting: boolean
  /** End of its hour, RFC 3339; null without one. */
  readonly deadline: string | null
}

export function isAlarmEvent(event: string): event is AlarmEvent {
  return Object.values(ALARM_EVENTS).some(
    ({ ofMachine, alone }) => event === ofMachine || event === alone,
  )
}

/** The last step of one hour that was announced. */
interface AnnouncedHour {
  readonly deadline: string
  readonly step: number
  readonly waiting: boolean
}

/** Announcements of earlier looks: hours by the machine's name, and keys of alarms. */
export interface Announced {
  readonly hours: ReadonlyMap<string, AnnouncedHour>
  readonly alarms: ReadonlySet<string>
}

export const NOTHING_ANNOUNCED: Announced = { hours: new Map(), alarms: new Set() }

export interface Announcements<Machine, Alarm> {
  /** Machines that reached a step; of several steps the last alone. */
  readonly hours: ReadonlyMap<HourEvent, readonly Machine[]>
  readonly alarms: ReadonlyMap<AlarmEvent, readonly Alarm[]>
  readonly announced: Announced
}

/**
 * The rule of the webhook and of browsers. Each step of an hour is announced once. The hour lasts
 * from the machine's first request to its deadline, and goes on at the serving request. Another
 * deadline begins another hour, unless the machine has waited ever since.
 */
export function announcements<
  Machine extends HourOfMachine,
  Alarm extends {
    readonly kind: AlarmKind
    readonly uid: string
    /** Null where the request names no machine. */
    readonly machine: string | null
  },
>(
  seen: {
    readonly machines: Iterable<Machine>
    readonly alarms: Iterable<Alarm>
    /** Milliseconds since the epoch, by the API server's clock. */
    readonly now: number
  },
  before: Announced,
): Announcements<Machine, Alarm> {
  const hours = new Map<HourEvent, Machine[]>()
  const known = new Map([...before.hours].filter(([, hour]) => mayGoOn(hour, seen.now)))
  for (const machine of seen.machines) {
    const { name, waiting, deadline } = machine
    const last = before.hours.get(name)
    if (!waiting || deadline === null) {
      if (last !== undefined && known.has(name)) known.set(name, { ...last, waiting: false })
      continue
    }
    const isSame = last !== undefined && (last.waiting || last.deadline === deadline)
    const announcedStep = isSame ? last.step : -1
    const step = Math.max(stepAt(deadline, seen.now), announcedStep)
    const event = STEPS[step]?.event
    if (event !== undefined && step > announcedStep) add(hours, event, machine)
    if (step >= 0) known.set(name, { deadline, step, waiting })
    else known.delete(name)
  }
  const alarms = new Map<AlarmEvent, Alarm[]>()
  const raised = new Set<string>()
  for (const alarm of seen.alarms) {
    const key = alarmKey(alarm)
    const event = ALARM_EVENTS[alarm.kind][alarm.machine === null ? 'alone' : 'ofMachine']
    raised.add(key)
    if (!before.alarms.has(key)) add(alarms, event, alarm)
  }
  return { hours, alarms, announced: { hours: known, alarms: raised } }
}

function add<Event, One>(groups: Map<Event, One[]>, event: Event, one: One): void {
  const group = groups.get(event)
  if (group === undefined) groups.set(event, [one])
  else group.push(one)
}

/** Whether a serving request may still continue the hour. */
function mayGoOn({ deadline }: AnnouncedHour, now: number): boolean {
  return now < Date.parse(deadline) + JOINING
}

/** Index of the last step that was reached; -1 before the first. */
function stepAt(deadline: string, now: number): number {
  const end = milliseconds(deadline)
  return end === null ? -1 : STEPS.findLastIndex(({ left }) => end - now <= left)
}
