/** Calls that a fault applies to. */
export interface FaultMatch {
  /** HTTP method; any when absent. */
  readonly method?: string
  /** Matched against the path with its query, still encoded. */
  readonly path?: RegExp
}

export interface Fault {
  readonly match?: FaultMatch
  /** Number of matching calls; one when absent. */
  readonly times?: number
  /** Status of the answer, in place of the call's effect: 429, 500, 503, … */
  readonly status?: number
  /** Seconds, as a Retry-After header. */
  readonly retryAfter?: number
  /** Carries out the call, then drops the connection instead of answering. */
  readonly dropAnswer?: boolean
  /** Drops the connection before the call has any effect. */
  readonly dropCall?: boolean
  /** Delay before the call is carried out. */
  readonly delayMs?: number
  /** Promise to wait for before the call is carried out. */
  readonly until?: Promise<void>
  /** Answers with a redirect to this address. */
  readonly redirectTo?: string
}

export class Faults {
  #queue: { readonly fault: Fault; left: number }[] = []
  #ended = Promise.withResolvers<void>()

  /** Adds a fault; returns its undo. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1 }
    this.#queue.push(entry)
    return () => {
      this.#queue = this.#queue.filter((other) => other !== entry)
    }
  }

  /** The fault for this call, counted down; null for none. */
  take(method: string, path: string): Fault | null {
    const entry = this.#queue.find(
      ({ fault: { match = {} }, left }) =>
        left > 0 &&
        (match.method === undefined || match.method === method) &&
        (match.path === undefined || match.path.test(path)),
    )
    if (entry === undefined) return null
    entry.left -= 1
    if (entry.left === 0) this.#queue = this.#queue.filter((other) => other !== entry)
    const { until } = entry.fault
    return until === undefined
      ? entry.fault
      : { ...entry.fault, until: Promise.race([until, this.#ended.promise]) }
  }

  /** Ends every fault; calls that wait for `until` are carried out. */
  end(): void {
    this.#queue = []
    this.#ended.resolve()
    this.#ended = Promise.withResolvers()
  }
}
