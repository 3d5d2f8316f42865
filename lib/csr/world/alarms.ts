import type { Claim } from '#lib/csr/claim.ts'
import type { CertificateDifference } from '#lib/csr/model.ts'

/** A certificate that is not what was approved. */
export interface KeptAlarm {
  /** Uid and name of the request that it was issued for. */
  readonly uid: string
  readonly request: string
  readonly differences: readonly CertificateDifference[]
  /** Since when it is known here, milliseconds since the epoch; null until time was told. */
  readonly since: number | null
}

/** Whoever may write the status of requests can raise any number: of one machine they replace its own. */
export const MOST_OF_MACHINE = 10
/** More than the largest cluster has machines: a signer that does all wrong leaves none out. */
export const MOST_ALARMS = 20_000

/**
 * What nobody has dismissed yet, by machine. An alarm outlives its request, which Kubernetes deletes
 * an hour after it was decided, and ends with the process: there is no place to keep it.
 */
export class Alarms {
  /** Newest last. */
  readonly #ofMachine = new Map<string, readonly KeptAlarm[]>()
  /** Machine by uid of the request, in the order in which they were raised. */
  readonly #machines = new Map<string, string>()
  readonly #dismissed = new Set<string>()
  readonly #untold = new Set<string>()

  /** The newest of a machine. */
  of(machine: string): KeptAlarm | null {
    return this.#ofMachine.get(machine)?.at(-1) ?? null
  }

  /** How many machines have one. */
  get size(): number {
    return this.#ofMachine.size
  }

  machines(): Iterable<string> {
    return this.#ofMachine.keys()
  }

  /** Of a request that was issued otherwise than approved. Answers the machines whose alarm changed. */
  raise({ nodeName, differences, csr }: Claim): readonly string[] {
    if (nodeName === null || differences.length === 0 || this.#dismissed.has(csr.uid)) return []
    const all = this.#ofMachine.get(nodeName) ?? []
    const known = all.find(({ uid }) => uid === csr.uid)
    const alarm = { uid: csr.uid, request: csr.name, differences, since: known?.since ?? null }
    if (known !== undefined) {
      this.#put(
        nodeName,
        all.map((other) => (other === known ? alarm : other)),
      )
      return [nodeName]
    }
    this.#put(nodeName, [...all, alarm])
    this.#machines.set(csr.uid, nodeName)
    this.#untold.add(csr.uid)
    const [first] = all
    if (first !== undefined && all.length >= MOST_OF_MACHINE) this.#drop(nodeName, first.uid)
    const [oldest] = this.#machines
    if (this.#machines.size <= MOST_ALARMS || oldest === undefined) return [nodeName]
    this.#drop(oldest[1], oldest[0])
    return [nodeName, oldest[1]]
  }

  /** A person has seen it. Whether there was such an alarm. */
  dismiss(machine: string, uid: string): boolean {
    if (this.#machines.get(uid) !== machine) return false
    this.#drop(machine, uid)
    this.#dismissed.add(uid)
    return true
  }

  /** The request is gone: it raises none any more, and what it has raised stays. */
  forget(uid: string): void {
    this.#dismissed.delete(uid)
  }

  /** What they tell of may no longer be read. Answers the machines that had one. */
  clear(): readonly string[] {
    const machines = [...this.#ofMachine.keys()]
    this.#ofMachine.clear()
    this.#machines.clear()
    this.#dismissed.clear()
    this.#untold.clear()
    return machines
  }

  /** Those that are new are known since now. */
  tell(now: number): void {
    for (const uid of this.#untold) {
      const machine = this.#machines.get(uid) ?? ''
      const told = (alarm: KeptAlarm) => (alarm.uid === uid ? { ...alarm, since: now } : alarm)
      this.#put(machine, (this.#ofMachine.get(machine) ?? []).map(told))
    }
    this.#untold.clear()
  }

  #drop(machine: string, uid: string): void {
    this.#machines.delete(uid)
    this.#untold.delete(uid)
    const rest = (this.#ofMachine.get(machine) ?? []).filter((alarm) => alarm.uid !== uid)
    this.#put(machine, rest)
  }

  #put(machine: string, alarms: readonly KeptAlarm[]): void {
    if (alarms.length === 0) this.#ofMachine.delete(machine)
    else this.#ofMachine.set(machine, alarms)
  }
}
