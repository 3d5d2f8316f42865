import {
  ALARM_KINDS,
  type AlarmKind,
  type ApprovedAgainstAlarm,
  type CertificateDifference,
  type IssuedOtherwiseAlarm,
} from '#lib/csr/model.ts'
import { alarmKey } from '#lib/csr/rows/rows.ts'

interface Raised {
  /** Username that filed the request; unknown for an alarm that an earlier version recorded. */
  readonly requestor?: string | undefined
  /**
   * The time since which this process knows the alarm, milliseconds since the epoch; null until
   * `noticeAlarms`.
   */
  readonly since: number | null
}

/** The issued certificate differs from the approved request. */
export type IssuedOtherwise = Raised &
  Omit<IssuedOtherwiseAlarm, 'since' | 'differs'> & {
    readonly differences: readonly CertificateDifference[]
  }

/** An approval of a request with a failed check, by any person or program. */
export type ApprovedAgainst = Raised & Omit<ApprovedAgainstAlarm, 'since'>

export type RaisedAlarm = IssuedOtherwise | ApprovedAgainst

/** The name of an alarm. */
export type AlarmName = Pick<RaisedAlarm, 'kind' | 'uid'>

/**
 * Most alarms of one machine; newer ones replace the oldest. A writer of statuses can raise any
 * number.
 */
export const MOST_OF_MACHINE = 10
/**
 * Most alarms of requests without a machine. Newer ones replace the oldest of the requestor with the
 * most: one who files requests without end drops no other's.
 */
export const MOST_WITHOUT_MACHINE = 1_000
/** Most alarms of machines: more than the largest cluster has, so a faulty signer's all fit. */
export const MOST_ALARMS = 20_000

export interface AlarmListener {
  /** An alarm is new: called before any bound may drop it. */
  readonly onRaised?: ((alarm: RaisedAlarm) => void) | undefined
  /** A bound dropped the alarm, which no person has dismissed. */
  readonly onDropped?: ((alarm: RaisedAlarm) => void) | undefined
}

/**
 * Undismissed alarms by request. An alarm outlives its request, which Kubernetes deletes an hour
 * after the decision. The bounds are of each kind: a flood of one drops none of the other.
 */
export class Alarms {
  readonly #ofKind = { issuedOtherwise: new AlarmsOfKind(), approvedAgainst: new AlarmsOfKind() }
  /** Keys of alarms. */
  readonly #dismissed = new Set<string>()
  readonly #undated = new Map<string, AlarmName>()
  readonly #listener: AlarmListener

  constructor(listener: AlarmListener = {}) {
    this.#listener = listener
  }

  get({ kind, uid }: AlarmName): RaisedAlarm | null {
    return this.#ofKind[kind].byUid.get(uid) ?? null
  }

  /** The gravest alarm of that kind of a machine; the newest of those. */
  of(kind: AlarmKind, machine: string): RaisedAlarm | null {
    let gravest: RaisedAlarm | null = null
    for (const uid of this.#ofKind[kind].group(machine)) {
      const alarm = this.get({ kind, uid })
      if (gravest === null || (alarm !== null && gravity(alarm) >= gravity(gravest)))
        gravest = alarm
    }
    return gravest
  }

  /** Number of a machine's alarms of every kind. */
  countOf(machine: string): number {
    return ALARM_KINDS.reduce((sum, kind) => sum + this.#ofKind[kind].group(machine).size, 0)
  }

  /** Number of alarms. */
  count(kind: AlarmKind): number {
    return this.#ofKind[kind].byUid.size
  }

  has(machine: string): boolean {
    return this.countOf(machine) > 0
  }

  *all(): Iterable<RaisedAlarm> {
    for (const kind of ALARM_KINDS) yield* this.#ofKind[kind].byUid.values()
  }

  /**
   * Raises an alarm. Returns the alarms that changed or were dropped; none if a person has
   * dismissed it.
   */
  raise(alarm: RaisedAlarm): readonly RaisedAlarm[] {
    if (this.#dismissed.has(alarmKey(alarm))) return []
    const known = this.get(alarm)
    const { byUid } = this.#ofKind[alarm.kind]
    if (known !== null) {
      byUid.set(alarm.uid, { ...alarm, since: known.since })
      return [alarm]
    }
    this.#listener.onRaised?.(alarm)
    this.#undated.set(alarmKey(alarm), alarm)
    const dropped = this.#ofKind[alarm.kind].add(alarm)
    for (const one of dropped) {
      this.#undated.delete(alarmKey(one))
      this.#listener.onDropped?.(one)
    }
    return [alarm, ...dropped]
  }

  /** Puts back an alarm of an earlier process. False if it is known or was dismissed here. */
  restore(alarm: RaisedAlarm): boolean {
    if (this.#dismissed.has(alarmKey(alarm)) || this.get(alarm) !== null) return false
    return this.#ofKind[alarm.kind].addOldest(alarm)
  }

  /** Dismisses the alarm for a person who has seen it; null if there is no such alarm. */
  dismiss(name: AlarmName): RaisedAlarm | null {
    const alarm = this.get(name)
    if (alarm === null) return null
    this.#ofKind[alarm.kind].drop(alarm)
    this.#undated.delete(alarmKey(alarm))
    this.#dismissed.add(alarmKey(alarm))
    return alarm
  }

  /** Puts back a dismissal of an earlier process. Returns the alarm if it was raised meanwhile. */
  restoreDismissal(name: AlarmName): RaisedAlarm | null {
    this.#dismissed.add(alarmKey(name))
    return this.dismiss(name)
  }

  /** Tells the alarms that the request is gone: it can raise no new alarm, but its alarms stay. */
  forget(uid: string): void {
    for (const kind of ALARM_KINDS) this.#dismissed.delete(alarmKey({ kind, uid }))
  }

  /** Drops all alarms, as requests may no longer be read. Returns them. */
  clear(): readonly RaisedAlarm[] {
    const dropped = [...this.all()]
    for (const alarm of dropped) this.#ofKind[alarm.kind].drop(alarm)
    this.#dismissed.clear()
    this.#undated.clear()
    return dropped
  }

  /** Dates new alarms with the current time. */
  date(now: number): void {
    for (const { kind, uid } of this.#undated.values()) {
      const { byUid } = this.#ofKind[kind]
      const alarm = byUid.get(uid)
      if (alarm !== undefined) byUid.set(uid, { ...alarm, since: now })
    }
    this.#undated.clear()
  }
}

const NONE: ReadonlySet<string> = new Set()

class AlarmsOfKind {
  readonly byUid = new Map<string, RaisedAlarm>()
  /** Uids by machine, newest last. */
  readonly #ofMachine = new Map<string, Set<string>>()
  /** Uids of alarms without a machine by requestor, newest last. */
  readonly #ofRequestor = new Map<string, Set<string>>()
  /** Number of alarms without a machine. */
  #alone = 0

  group(machine: string): ReadonlySet<string> {
    return this.#ofMachine.get(machine) ?? NONE
  }

  /** Adds a new alarm; returns those that it replaces. */
  add(alarm: RaisedAlarm): readonly RaisedAlarm[] {
    const [groups, key] = this.#placeOf(alarm)
    groups.set(key, (groups.get(key) ?? new Set()).add(alarm.uid))
    this.#keep(alarm)
    const replaced = alarm.machine === null ? this.#beyondAlone() : this.#beyondMost(alarm.machine)
    if (replaced === undefined) return []
    this.drop(replaced)
    return [replaced]
  }

  /** Adds an alarm that is older than those of its group. False if there is no room. */
  addOldest(alarm: RaisedAlarm): boolean {
    const [groups, key] = this.#placeOf(alarm)
    const group = groups.get(key) ?? NONE
    const isFull =
      alarm.machine === null
        ? this.#alone >= MOST_WITHOUT_MACHINE
        : group.size >= MOST_OF_MACHINE || this.#ofMachines() >= MOST_ALARMS
    if (isFull) return false
    groups.set(key, new Set([alarm.uid, ...group]))
    this.#keep(alarm)
    return true
  }

  drop(alarm: RaisedAlarm): void {
    if (this.byUid.delete(alarm.uid) && alarm.machine === null) this.#alone -= 1
    const [groups, key] = this.#placeOf(alarm)
    const group = groups.get(key)
    if (group?.delete(alarm.uid) && group.size === 0) groups.delete(key)
  }

  #keep(alarm: RaisedAlarm): void {
    this.byUid.set(alarm.uid, alarm)
    if (alarm.machine === null) this.#alone += 1
  }

  #placeOf({ machine, requestor = '' }: RaisedAlarm): [Map<string, Set<string>>, string] {
    return machine === null ? [this.#ofRequestor, requestor] : [this.#ofMachine, machine]
  }

  #beyondMost(machine: string): RaisedAlarm | undefined {
    const group = this.group(machine)
    const [first = ''] = group
    if (group.size > MOST_OF_MACHINE) return this.byUid.get(first)
    if (this.#ofMachines() <= MOST_ALARMS) return undefined
    let oldest: RaisedAlarm | undefined
    for (const alarm of this.byUid.values()) {
      if (alarm.machine === null) continue
      if (oldest === undefined || sinceOf(alarm) < sinceOf(oldest)) oldest = alarm
    }
    return oldest
  }

  #beyondAlone(): RaisedAlarm | undefined {
    if (this.#alone <= MOST_WITHOUT_MACHINE) return undefined
    let largest = NONE
    for (const group of this.#ofRequestor.values()) if (group.size > largest.size) largest = group
    const [oldest = ''] = largest
    return this.byUid.get(oldest)
  }

  #ofMachines(): number {
    return this.byUid.size - this.#alone
  }
}

/** An alarm without a date is newer than every other. */
function sinceOf({ since }: RaisedAlarm): number {
  return since ?? Number.POSITIVE_INFINITY
}

function gravity(alarm: RaisedAlarm): number {
  return alarm.kind === 'approvedAgainst' && alarm.verdict === 'suspicious' ? 0 : 1
}
