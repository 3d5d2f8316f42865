/** Arrived items that wait to be read. */
export interface FairBuffer<T> {
  uids(): Iterable<string>
  /** Adds an item to its requestor's queue. A newer state replaces a waiting one. */
  put(uid: string, requestor: string, item: T): void
  /** Removes and returns that item; null if it does not wait. */
  take(uid: string): T | null
  /** The next requestor's oldest item; null for none. */
  next(): T | null
  /** When the longest waiting item was put, by `passed`; null for none. */
  oldest(): number | null
}

interface Waiting<T> {
  readonly item: T
  readonly at: number
}

interface Lane<T> {
  readonly waiting: Map<string, Waiting<T>>
  /** Iterator over its uids, kept: a new one would step over all taken ones. */
  readonly order: Iterator<string, undefined>
}

/**
 * Requestors (stamped by the API server) take turns: reading and verifying a request takes up to
 * 1.3 ms (P-521), so a flood of one would delay all others. `passed` as in Clock.
 */
export function createFairBuffer<T>(passed: () => number): FairBuffer<T> {
  /** Lanes by requestor; the order of keys is the turn. */
  const lanes = new Map<string, Lane<T>>()
  /** Iterator over the lanes, kept for the reason that a lane's is. */
  let rest = lanes.entries()
  /** Requestors by uid, in the order of arrival. */
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

  function nextLane(): [string, Lane<T>] | undefined {
    const { value: next } = rest.next()
    if (next !== undefined || lanes.size === 0) return next
    rest = lanes.entries()
    return rest.next().value
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
      const next = nextLane()
      if (next === undefined) return null
      const [requestor, lane] = next
      const { value: uid } = lane.order.next()
      const item = uid === undefined ? null : take(uid)
      if (lanes.delete(requestor)) lanes.set(requestor, lane)
      return item
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
