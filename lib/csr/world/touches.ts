import { firstLabel } from '#lib/csr/addresses.ts'
import type { Claim } from '#lib/csr/claim.ts'
import { skeleton } from '#lib/csr/confusable.ts'
import { isPending } from '#lib/csr/status.ts'
import type { RequestIndex } from '#lib/csr/world/request-index.ts'

export interface Touched {
  /** Names of machines whose row may have changed, come or gone. */
  readonly machines: ReadonlySet<string>
  /** Uids of requests under "other requests", likewise. */
  readonly others: ReadonlySet<string>
}

type Requests = Pick<
  RequestIndex,
  'claims' | 'others' | 'ofMachine' | 'askingFor' | 'askingUnder' | 'lookingLike'
>

/** Which rows a change touches. What was concluded of their requests is forgotten with it. */
export class Touches {
  readonly #requests: Requests
  #machines = new Set<string>()
  #others = new Set<string>()
  #count = 0

  constructor(requests: Requests) {
    this.#requests = requests
  }

  /** Grows with every change that may touch a row: what was derived at the same count stands. */
  get count(): number {
    return this.#count
  }

  /** Exactly what must be derived again since the last call. */
  take(): Touched {
    const touched = { machines: this.#machines, others: this.#others }
    this.#machines = new Set()
    this.#others = new Set()
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
    for (const claim of this.#requests.ofMachine(name).values()) forget(claim)
  }

  /** For changes from outside: another policy, another person. */
  all(machines: Iterable<string>): void {
    this.#count += 1
    for (const name of machines) this.#machines.add(name)
    for (const uid of this.#requests.others) this.#others.add(uid)
    for (const claim of this.#requests.claims.values()) forget(claim)
  }

  /** Once decided, a request is not judged by the rest of the world any more. */
  pending(uids: Iterable<string>): void {
    for (const uid of uids) {
      const claim = this.#requests.claims.get(uid)
      if (claim !== undefined && isPending(claim.csr)) this.request(uid)
    }
  }

  /** Everything that waits and asks for addresses. */
  serving(): void {
    for (const [uid, { kind }] of this.#requests.claims) {
      if (kind === 'kubeletServing') this.pending([uid])
    }
  }

  askingFor(keys: Iterable<string>): void {
    for (const key of keys) this.pending(this.#requests.askingFor(key))
  }

  /** For what only one of the two holds: what was held before, and what is now. */
  askingForEither(before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    if (before === after) return
    this.askingFor([...before].filter((key) => !after.has(key)))
    this.askingFor([...after].filter((key) => !before.has(key)))
  }

  /** Requests that ask for the first label of a node's name, which comes or goes, under a domain. */
  askingUnder(name: string): void {
    const label = firstLabel(name)
    if (label !== null) this.pending(this.#requests.askingUnder(label))
  }

  lookalikes(name: string): void {
    this.pending(this.#requests.lookingLike(skeleton(name)))
  }

  /** What a machine waits for has changed, but nothing in its requests' answers. */
  held(): void {
    for (const { nodeName, csr } of this.#requests.claims.values()) {
      if (nodeName !== null && isPending(csr)) this.#machines.add(nodeName)
    }
  }
}

function forget({ memo }: Claim): void {
  memo.judgement = null
  memo.row = null
  memo.told = null
}
