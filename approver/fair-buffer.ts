import type { Csr } from '#lib/csr/model.ts'

/** Requests that have arrived and are not read yet. */
export interface FairBuffer {
  readonly size: number
  /** A newer state of one that waits takes its place. */
  put(csr: Csr): void
  remove(uid: string): void
  /** The next requestor's next one, in the order in which theirs came; null for none. */
  take(): Csr | null
}

/**
 * To read a request and to verify its signature takes a third of a millisecond, so a flood would
 * keep everybody waiting who comes after it. Requestors take turns instead: the API server stamps
 * who they are.
 */
export function createFairBuffer(): FairBuffer {
  /** The order of its keys is the turn. */
  const lanes = new Map<string, Map<string, Csr>>()
  const laneOf = new Map<string, string>()

  function remove(uid: string): void {
    const requestor = laneOf.get(uid)
    if (requestor === undefined) return
    laneOf.delete(uid)
    const lane = lanes.get(requestor)
    lane?.delete(uid)
    if (lane?.size === 0) lanes.delete(requestor)
  }

  return {
    get size() {
      return laneOf.size
    },
    put(csr) {
      const { username } = csr.requestor
      const lane = lanes.get(username) ?? new Map<string, Csr>()
      lane.set(csr.uid, csr)
      lanes.set(username, lane)
      laneOf.set(csr.uid, username)
    },
    remove,
    take() {
      for (const [requestor, lane] of lanes) {
        for (const csr of lane.values()) {
          remove(csr.uid)
          if (lanes.delete(requestor)) lanes.set(requestor, lane)
          return csr
        }
      }
      return null
    },
  }
}
