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

type Lanes = Pick<ReadonlySet<string>, 'has'>
const NONE: Lanes = new Set()

export interface Queue {
  readonly size: number
  /**
   * Queues a request. `lane`: its node, or without one its requestor. A queued one keeps its
   * back-off.
   */
  put(lane: string, uid: string, createdAt: number): void
  drop(uid: string): void
  /** Removes and returns the next due request of a lane that is not busy; null for none. */
  take(busy?: Lanes): string | null
  /**
   * Queues a request again, after a delay that grows with its failures and is at least `atLeastMs`.
   */
  retry(lane: string, uid: string, createdAt: number, atLeastMs: number): void
  /** Milliseconds since the epoch at which the next request is due; null when none is delayed. */
  nextDueAt(): number | null
}

/**
 * One lane for each node, served in turn, the newest first: a flood in one lane delays only that
 * lane.
 */
export function createQueue(now: () => number, random: () => number): Queue {
  /** Lanes in their turn by the order of the keys: a served lane moves to the end. */
  const lanes = new Map<string, Waiting[]>()
  const laneOf = new Map<string, string>()
  const failures = new Map<string, number>()
  const delayed = new Map<string, { readonly lane: string; readonly at: number } & Waiting>()

  function line(lane: string, waiting: Waiting): void {
    const waitingThere = lanes.get(lane) ?? []
    // The newest usually comes last; searching from the end then takes one step.
    let at = waitingThere.length
    while (at > 0 && (waitingThere[at - 1]?.createdAt ?? 0) > waiting.createdAt) at -= 1
    waitingThere.splice(at, 0, waiting)
    lanes.set(lane, waitingThere)
    laneOf.set(waiting.uid, lane)
  }

  function letIn(): void {
    for (const [uid, { lane, at, createdAt }] of delayed) {
      if (at > now()) continue
      delayed.delete(uid)
      line(lane, { uid, createdAt })
    }
  }

  function forget(uid: string): void {
    const lane = laneOf.get(uid)
    if (lane === undefined) return
    laneOf.delete(uid)
    const others = (lanes.get(lane) ?? []).filter((waiting) => waiting.uid !== uid)
    if (others.length === 0) lanes.delete(lane)
    else lanes.set(lane, others)
  }

  return {
    get size() {
      return laneOf.size + delayed.size
    },
    put(lane, uid, createdAt) {
      if (!laneOf.has(uid) && !delayed.has(uid)) line(lane, { uid, createdAt })
    },
    drop(uid) {
      delayed.delete(uid)
      failures.delete(uid)
      forget(uid)
    },
    take(busy = NONE) {
      letIn()
      for (const [lane, waitingThere] of lanes) {
        if (busy.has(lane)) continue
        const taken = waitingThere.pop()
        lanes.delete(lane)
        if (waitingThere.length > 0) lanes.set(lane, waitingThere)
        if (taken === undefined) continue
        laneOf.delete(taken.uid)
        return taken.uid
      }
      return null
    },
    retry(lane, uid, createdAt, atLeastMs) {
      const failed = failures.get(uid) ?? 0
      failures.set(uid, failed + 1)
      const ceiling = Math.min(FIRST_CEILING_MS * 2 ** Math.min(failed, 16), HIGHEST_CEILING_MS)
      const at = now() + Math.round(Math.max(atLeastMs, random() * ceiling))
      delayed.set(uid, { lane, uid, createdAt, at })
    },
    nextDueAt() {
      let next: number | null = null
      for (const { at } of delayed.values()) if (next === null || at < next) next = at
      return next
    },
  }
}
