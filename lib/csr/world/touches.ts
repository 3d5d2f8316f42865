import { firstLabel } from '#lib/csr/addresses/addresses.ts'
import type { Claim } from '#lib/csr/claim/claim.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import { alarmKey } from '#lib/csr/rows/rows.ts'
import { isPending } from '#lib/csr/status.ts'
import type { AlarmName, RaisedAlarm } from '#lib/csr/world/alarms.ts'
import type { RequestIndex } from '#lib/csr/world/request-index.ts'

export interface Touched {
  /** Names of machines whose row may have changed, appeared or gone. */
  readonly machines: ReadonlySet<string>
  /** Uids of requests under "other requests" whose row may have changed, appeared or gone. */
  readonly others: ReadonlySet<string>
  /** Alarms by their keys that may have changed, appeared or gone. */
  readonly alarms: ReadonlyMap<string, AlarmName>
}

type Requests = Pick<
  RequestIndex,
  'claims' | 'others' | 'ofMachine' | 'askingFor' | 'askingUnder' | 'lookingLike'
>

/** Rows that changes touch. Touching a request also drops its cached judgement. */
export class Touches {
  readonly #requests: Requests
  #machines = new Set<string>()
  #others = new Set<string>()
  #alarms = new Map<string, AlarmName>()
  #count = 0

  constructor(requests: Requests) {
    this.#requests = requests
  }

  /** Count of the changes that may touch a row. Results derived at the same count are current. */
  get count(): number {
    return this.#count
  }

  /** The rows to derive again since the last call. */
  take(): Touched {
    const touched = { machines: this.#machines, others: this.#others, alarms: this.#alarms }
    this.#machines = new Set()
    this.#others = new Set()
    this.#alarms = new Map()
    return touched
  }

  request(uid: string): void {
    const claim = this.#requests.claims.get(uid)
    if (claim === undefined) return
    this.#count += 1
    forget(claim)
    if (claim.nodeName === null) this.#others.add(uid)
    else this.#machines.add(claim.nodeName)
  }

  machine(name: string): void {
    this.#count += 1
    this.#machines.add(name)
    for (const claim of this.#requests.ofMachine(name)) forget(claim)
  }

  /** Touches all requests of the alarm's machine. */
  alarm({ kind, uid, machine }: RaisedAlarm): void {
    this.#count += 1
    this.#alarms.set(alarmKey({ kind, uid }), { kind, uid })
    if (machine !== null) this.machine(machine)
  }

  /** Touches everything, for changes from outside: another policy, another person. */
  all(machines: Iterable<string>): void {
    this.#count += 1
    for (const name of machines) this.#machines.add(name)
    for (const uid of this.#requests.others) this.#others.add(uid)
    for (const claim of this.#requests.claims.values()) forget(claim)
  }

  /** Touches the pending requests among these: a decided request is not judged again. */
  pending(uids: Iterable<string>): void {
    for (const uid of uids) {
      const claim = this.#requests.claims.get(uid)
      if (claim !== undefined && isPending(claim.csr)) this.request(uid)
    }
  }

  /** Touches all pending serving requests. */
  serving(): void {
    for (const [uid, { kind }] of this.#requests.claims) {
      if (kind === 'kubeletServing') this.pending([uid])
    }
  }

  askingFor(keys: Iterable<string>): void {
    for (const key of keys) this.pending(this.#requests.askingFor(key))
  }

  /** Touches requests for the keys that only one of the two sets has. */
  askingForEither(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    if (before === after) return
    this.askingFor([...before].filter((key) => !after.has(key)))
    this.askingFor([...after].filter((key) => !before.has(key)))
  }

  /** Touches requests for a SAN with the first label of this node name, under any domain. */
  askingUnder(name: string): void {
    const label = firstLabel(name)
    if (label !== null) this.pending(this.#requests.askingUnder(label))
  }

  lookalikes(name: string): void {
    this.pending(this.#requests.lookingLike(skeleton(name)))
  }

  /** Touches machines with a pending request: why they wait has changed, their checks have not. */
  waiting(): void {
    for (const { nodeName, csr } of this.#requests.claims.values()) {
      if (nodeName !== null && isPending(csr)) this.#machines.add(nodeName)
    }
  }
}

function forget({ memo }: Claim): void {
  memo.judgement = null
  memo.row = null
  memo.rowJudgement = null
}
