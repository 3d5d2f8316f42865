/** A queued request that may be approved. */
interface Waiting {
  readonly uid: string
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/**
 * First ceiling of the retry delay: full jitter below a ceiling that doubles with every failure.
 */
const FIRST_CEILING_MS = 1_000
const HIGHEST_CEILING_MS = 60_000

const NONE: Pick<ReadonlySet<string>, 'has'> = new Set()

/**
 * One lane for each node, served in turn, the newest first: a flood in one lane delays only that
 * lane.
 */
export class Queue {
  readonly #now: () => number
  readonly #random: () => number
  /** Lanes in their turn by the order of the keys: a served lane moves to the end. */
  readonly #lanes = new Map<string, Waiting[]>()
  readonly #laneOf = new Map<string, string>()
  readonly #failures = new Map<string, number>()
  readonly #delayed = new Map<string, { readonly lane: string; readonly at: number } & Waiting>()

  constructor(now: () => number, random: () => number) {
    this.#now = now
    this.#random = random
  }

  get size(): number {
    return this.#laneOf.size + this.#delayed.size
  }

  /**
   * Queues a request. `lane`: its node, or without one its requestor. A queued one keeps its
   * back-off.
   */
  put(lane: string, uid: string, createdAt: number): void {
    if (!this.#laneOf.has(uid) && !this.#delayed.has(uid)) this.#line(lane, { uid, createdAt })
  }

  drop(uid: string): void {
    this.#delayed.delete(uid)
    this.#failures.delete(uid)
    const lane = this.#laneOf.get(uid)
    if (lane === undefined) return
    this.#laneOf.delete(uid)
    const others = (this.#lanes.get(lane) ?? []).filter((waiting) => waiting.uid !== uid)
    if (others.length === 0) this.#lanes.delete(lane)
    else this.#lanes.set(lane, others)
  }

  /** Removes and returns the next due request of a lane that is not busy; null for none. */
  take(busy = NONE): string | null {
    for (const [uid, { lane, at, createdAt }] of this.#delayed) {
      if (at > this.#now()) continue
      this.#delayed.delete(uid)
      this.#line(lane, { uid, createdAt })
    }
    for (const [lane, waitingThere] of this.#lanes) {
      if (busy.has(lane)) continue
      const taken = waitingThere.pop()
      this.#lanes.delete(lane)
      if (waitingThere.length > 0) this.#lanes.set(lane, waitingThere)
      if (taken === undefined) continue
      this.#laneOf.delete(taken.uid)
      return taken.uid
    }
    return null
  }

  /**
   * Queues a request again, after a delay that grows with its failures and is at least `atLeastMs`.
   */
  retry(lane: string, uid: string, createdAt: number, atLeastMs: number): void {
    const failed = this.#failures.get(uid) ?? 0
    this.#failures.set(uid, failed + 1)
    const ceiling = Math.min(FIRST_CEILING_MS * 2 ** Math.min(failed, 16), HIGHEST_CEILING_MS)
    const at = this.#now() + Math.round(Math.max(atLeastMs, this.#random() * ceiling))
    this.#delayed.set(uid, { lane, uid, createdAt, at })
  }

  /** Milliseconds since the epoch at which the next request is due; null when none is delayed. */
  nextDueAt(): number | null {
    let next: number | null = null
    for (const { at } of this.#delayed.values()) if (next === null || at < next) next = at
    return next
  }

  #line(lane: string, waiting: Waiting): void {
    const waitingThere = this.#lanes.get(lane) ?? []
    // The newest usually comes last; searching from the end then takes one step.
    let at = waitingThere.length
    while (at > 0 && (waitingThere[at - 1]?.createdAt ?? 0) > waiting.createdAt) at -= 1
    waitingThere.splice(at, 0, waiting)
    this.#lanes.set(lane, waitingThere)
    this.#laneOf.set(waiting.uid, lane)
  }
}
