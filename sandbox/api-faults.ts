/** Trouble on demand: what goes wrong with the next matching call. */
export interface FaultMatch {
  /** HTTP method; any when absent. */
  readonly method?: string
  /** Matched against the path with its query, still encoded. */
  readonly path?: RegExp
}

export interface Fault {
  readonly match?: FaultMatch
  /** How many calls it hits; one when absent. */
  readonly times?: number
  /** The answer's status instead of doing anything: 429, 500, 503, … */
  readonly status?: number
  /** Seconds, as a Retry-After header. */
  readonly retryAfter?: number
  /** Does what was asked, then drops the connection instead of answering. */
  readonly dropAnswer?: boolean
  /** Drops the connection before anything is done. */
  readonly dropCall?: boolean
  /** Waits that long before doing anything. */
  readonly delayMs?: number
  /** Waits for that before doing anything. */
  readonly until?: Promise<void>
  /** Answers with a redirect to there. */
  readonly redirectTo?: string
}

export class Faults {
  #queue: { readonly fault: Fault; left: number }[] = []

  /** Returns its own undo. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1 }
    this.#queue.push(entry)
    return () => {
      this.#queue = this.#queue.filter((other) => other !== entry)
    }
  }

  /** The fault that this call meets, counted down; null when it meets none. */
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
    return entry.fault
  }
}
