import type { ApprovedAgainstAlarm, CertificateDifference } from '#lib/csr/model.ts'

interface Raised {
  /** Uid and name of the request. */
  readonly uid: string
  readonly request: string
  /**
   * Since when this process knows the alarm, milliseconds since the epoch; null until
   * `noticeAlarms`.
   */
  readonly since: number | null
}

/** The issued certificate differs from the approved request. */
export interface IssuedOtherwise extends Raised {
  readonly kind: 'issuedOtherwise'
  readonly differences: readonly CertificateDifference[]
}

/** Anybody approved a request with a failed check. */
export type ApprovedAgainst = Raised & Omit<ApprovedAgainstAlarm, 'since'>

export type RaisedAlarm = IssuedOtherwise | ApprovedAgainst

/**
 * Most alarms of one machine; newer ones replace the oldest. A writer of statuses can raise any
 * number.
 */
export const MOST_OF_MACHINE = 10
/** More than the largest cluster has machines, so a faulty signer's alarms all fit. */
export const MOST_ALARMS = 20_000

/**
 * Undismissed alarms of one kind by machine. An alarm outlives its request, which Kubernetes
 * deletes an hour after the decision.
 */
export class Alarms<A extends RaisedAlarm = IssuedOtherwise> {
  /** Newest last. */
  readonly #ofMachine = new Map<string, readonly A[]>()
  /** Machine by uid of the request, in the order in which the alarms were raised. */
  readonly #machines = new Map<string, string>()
  readonly #dismissed = new Set<string>()
  readonly #undated = new Set<string>()

  /** The newest alarm of a machine. */
  of(machine: string): A | null {
    return this.#ofMachine.get(machine)?.at(-1) ?? null
  }

  /** The number of machines with an alarm. */
  get size(): number {
    return this.#ofMachine.size
  }

  machines(): Iterable<string> {
    return this.#ofMachine.keys()
  }

  /** Returns the machines whose alarms changed; none if a person has dismissed the alarm. */
  raise(machine: string, alarm: A): readonly string[] {
    if (this.#dismissed.has(alarm.uid)) return []
    const all = this.#ofMachine.get(machine) ?? []
    const known = all.find(({ uid }) => uid === alarm.uid)
    if (known !== undefined) {
      const { since } = known
      this.#put(
        machine,
        all.map((other) => (other === known ? { ...alarm, since } : other)),
      )
      return [machine]
    }
    this.#put(machine, [...all, alarm])
    this.#machines.set(alarm.uid, machine)
    this.#undated.add(alarm.uid)
    const [first] = all
    if (first !== undefined && all.length >= MOST_OF_MACHINE) this.#drop(machine, first.uid)
    const [oldest] = this.#machines
    if (this.#machines.size <= MOST_ALARMS || oldest === undefined) return [machine]
    this.#drop(oldest[1], oldest[0])
    return [machine, oldest[1]]
  }

  /** Puts back an alarm of an earlier process. False if it is known or was dismissed here. */
  restore(machine: string, alarm: A): boolean {
    const all = this.#ofMachine.get(machine) ?? []
    const isFull = this.#machines.size >= MOST_ALARMS || all.length >= MOST_OF_MACHINE
    if (isFull || this.#machines.has(alarm.uid) || this.#dismissed.has(alarm.uid)) return false
    // Newest last: an alarm that was raised here is newer.
    this.#put(machine, [alarm, ...all])
    this.#machines.set(alarm.uid, machine)
    return true
  }

  /** Dismisses the alarm for a person who has seen it. False if there is no such alarm. */
  dismiss(machine: string, uid: string): boolean {
    if (this.#machines.get(uid) !== machine) return false
    this.#drop(machine, uid)
    this.#dismissed.add(uid)
    return true
  }

  /** Puts back a dismissal of an earlier process. Returns whether the alarm was raised meanwhile. */
  restoreDismissal(machine: string, uid: string): boolean {
    this.#dismissed.add(uid)
    return this.dismiss(machine, uid)
  }

  /** Call when the request is gone: it can raise no new alarm, but its alarm stays. */
  forget(uid: string): void {
    this.#dismissed.delete(uid)
  }

  /** Drops all alarms, as requests may no longer be read. Returns the machines that had one. */
  clear(): readonly string[] {
    const machines = [...this.#ofMachine.keys()]
    this.#ofMachine.clear()
    this.#machines.clear()
    this.#dismissed.clear()
    this.#undated.clear()
    return machines
  }

  /** Dates new alarms with the current time. */
  date(now: number): void {
    for (const uid of this.#undated) {
      const machine = this.#machines.get(uid) ?? ''
      const dated = (alarm: A) => (alarm.uid === uid ? { ...alarm, since: now } : alarm)
      this.#put(machine, (this.#ofMachine.get(machine) ?? []).map(dated))
    }
    this.#undated.clear()
  }

  #drop(machine: string, uid: string): void {
    this.#machines.delete(uid)
    this.#undated.delete(uid)
    const rest = (this.#ofMachine.get(machine) ?? []).filter((alarm) => alarm.uid !== uid)
    this.#put(machine, rest)
  }

  #put(machine: string, alarms: readonly A[]): void {
    if (alarms.length === 0) this.#ofMachine.delete(machine)
    else this.#ofMachine.set(machine, alarms)
  }
}
