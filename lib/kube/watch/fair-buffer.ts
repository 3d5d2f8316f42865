/** What has arrived and is not taken in yet. */
export interface FairBuffer<T> {
  uids(): Iterable<string>
  /** Whose turn it waits for. A newer state of one that waits takes its place. */
  put(uid: string, requestor: string, item: T): void
  /** That one; null when it does not wait. */
  take(uid: string): T | null
  /** The next requestor's next one, in the order in which theirs came; null for none. */
  next(): T | null
  /** When the one that waits longest was put, by what had passed then; null when none waits. */
  oldest(): number | null
}

interface Waiting<T> {
  readonly item: T
  readonly at: number
}

interface Lane<T> {
  readonly waiting: Map<string, Waiting<T>>
  /** Of its uids, and kept: who begins anew steps over all that were taken before. */
  readonly order: Iterator<string, undefined>
}

/**
 * To read a request and to verify its signature takes up to 1.3 ms (a key on P-521), so a flood would
 * keep everybody waiting who comes after it. Requestors take turns instead: the API server stamps
 * who they are. `passed` as in Clock.
 */
export function createFairBuffer<T>(passed: () => number): FairBuffer<T> {
  /** The order of its keys is the turn. */
  const lanes = new Map<string, Lane<T>>()
  /** In the order in which they came. */
  const requestors = new Map<string, string>()

  function waiting(uid: string): Waiting<T> | undefined {
    return lanes.get(requestors.get(uid) ?? '')?.waiting.get(uid)
  }

  function take(uid: string): T | null {
    const requestor = requestors.get(uid) ?? ''
    const lane = lanes.get(requestor)
    const found = lane?.waiting.get(uid)
    if (lane === undefined || found === undefined) return null
    requestors.delete(uid)
    lane.waiting.delete(uid)
    if (lane.waiting.size === 0) lanes.delete(requestor)
    return found.item
  }

  return {
    uids: () => requestors.keys(),
    put(uid, requestor, item) {
      const lane = lanes.get(requestor) ?? createLane<T>()
      lane.waiting.set(uid, { item, at: waiting(uid)?.at ?? passed() })
      lanes.set(requestor, lane)
      requestors.set(uid, requestor)
    },
    take,
    next() {
      for (const [requestor, lane] of lanes) {
        const { value: uid } = lane.order.next()
        const item = uid === undefined ? null : take(uid)
        if (lanes.delete(requestor)) lanes.set(requestor, lane)
        return item
      }
      return null
    },
    oldest() {
      for (const uid of requestors.keys()) return waiting(uid)?.at ?? null
      return null
    },
  }
}

function createLane<T>(): Lane<T> {
  const waiting = new Map<string, Waiting<T>>()
  return { waiting, order: waiting.keys() }
}
