import type { Captured } from '#lib/csr/approval/forecast.ts'
import { DAY_MS } from '#lib/csr/units-of-time.ts'
import type { ShadowRow, Unjudged } from '#lib/wire/policy-answers.ts'

/** A request as it was filed, and what became of it. */
export type FiledRequest = Omit<ShadowRow, 'compared' | 'forecast'>

/** A decided or deleted request, as the kept day has it. */
export interface KeptRequest {
  readonly seen: FiledRequest
  /** The captured request; while it says `asking`, its kubelet's answer is still to come. */
  readonly captured: Captured | Unjudged
  /** Milliseconds since the epoch. */
  readonly learnedAt: number
}

export interface KeptBounds {
  readonly maxRequests?: number
  readonly maxBytes?: number
}

export const KEPT_MS = DAY_MS
/**
 * Most decided requests; pending ones are not counted, as the world has them anyway. And most bytes of
 * all captured requests, by `bytesOf`.
 */
export const MOST_OF_DAY = { requests: 20_000, bytes: 128 * 1024 * 1024 }
/** Most bytes of one request: a kubelet's has two or three names and weighs about 6 KB. */
const MAX_REQUEST_BYTES = 64 * 1024
/**
 * Bytes of a request with one name and one address, besides its texts; measured, 8 KB of heap in
 * all.
 */
const BASE_BYTES = 6_000
const SAN_BYTES = 500
const ITEM_BYTES = 200
/** Bytes of a request that could not be captured. */
const UNJUDGED_BYTES = 512
/** Requests evicted at once: evicting looks at every group, so then none for a while. */
const EVICTED_AT_ONCE = 64

interface Entry extends KeptRequest {
  readonly bytes: number
}

/**
 * Ended requests of the last 24 hours, within bounds. Beyond them the machine with the most requests
 * loses its oldest, so that a flood of one machine displaces no other.
 */
export class KeptRequests {
  readonly #maxRequests: number
  readonly #maxBytes: number
  /** Entries by uid, in the order in which they were learned. */
  readonly #entries = new Map<string, Entry>()
  /** Uids by machine, oldest first. */
  readonly #groups = new Map<string, Set<string>>()
  /** Uids of requests whose kubelet is still to answer. */
  readonly #unanswered = new Set<string>()
  #bytes = 0

  constructor({ maxRequests = MOST_OF_DAY.requests, maxBytes = MOST_OF_DAY.bytes }: KeptBounds) {
    this.#maxRequests = maxRequests
    this.#maxBytes = maxBytes
  }

  get(uid: string): KeptRequest | null {
    return this.#entries.get(uid) ?? null
  }

  all(): KeptRequest[] {
    return [...this.#entries.values()]
  }

  /** Requests whose kubelet is still to answer. */
  *unanswered(): Generator<KeptRequest> {
    for (const uid of this.#unanswered) {
      const entry = this.#entries.get(uid)
      if (entry !== undefined) yield entry
    }
  }

  /** Adds the request, or replaces it in its place. Drops what is too old at `now`, or too much. */
  put({ seen, captured, learnedAt }: KeptRequest, now: number): void {
    const { uid } = seen
    const bytes = typeof captured === 'string' ? UNJUDGED_BYTES : bytesOf(captured)
    this.#bytes += bytes - (this.#entries.get(uid)?.bytes ?? 0)
    this.#entries.set(uid, { seen, captured, learnedAt, bytes })
    if (typeof captured !== 'string' && captured.asking) this.#unanswered.add(uid)
    else this.#unanswered.delete(uid)
    const group = this.#groups.get(groupOf(seen)) ?? new Set()
    this.#groups.set(groupOf(seen), group.add(uid))
    this.expire(now)
    if (this.#entries.size > this.#maxRequests) this.#evict(EVICTED_AT_ONCE)
    while (this.#bytes > this.#maxBytes && this.#entries.size > 1) this.#evict(1)
  }

  /** Drops requests that were learned more than 24 hours before `now`. */
  expire(now: number): void {
    for (const [uid, { learnedAt }] of this.#entries) {
      if (learnedAt > now - KEPT_MS) return
      this.#drop(uid)
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#groups.clear()
    this.#unanswered.clear()
    this.#bytes = 0
  }

  #drop(uid: string): void {
    const entry = this.#entries.get(uid)
    if (entry === undefined) return
    this.#entries.delete(uid)
    this.#unanswered.delete(uid)
    this.#bytes -= entry.bytes
    const key = groupOf(entry.seen)
    const group = this.#groups.get(key)
    group?.delete(uid)
    if (group?.size === 0) this.#groups.delete(key)
  }

  #evict(count: number): void {
    for (let left = count; left > 0 && this.#entries.size > 1; left -= 1) {
      let largest: Set<string> | null = null
      for (const group of this.#groups.values()) {
        if (largest === null || group.size > largest.size || this.#isOlder(group, largest)) {
          largest = group
        }
      }
      const [oldest] = largest ?? []
      if (oldest === undefined) return
      this.#drop(oldest)
    }
  }

  /** Whether both groups have as many requests, and the first group has the oldest of them. */
  #isOlder(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
    return a.size === b.size && this.#firstLearnedAt(a) < this.#firstLearnedAt(b)
  }

  #firstLearnedAt(group: ReadonlySet<string>): number {
    const [oldest = ''] = group
    return this.#entries.get(oldest)?.learnedAt ?? 0
  }
}

export function isTooLarge(captured: Captured): boolean {
  return bytesOf(captured) > MAX_REQUEST_BYTES
}

/** The machine of the request; the requestor of a request without a machine. */
function groupOf({ nodeName, requestor }: FiledRequest): string {
  return nodeName === null ? `requestor ${requestor}` : `node ${nodeName}`
}

/** Estimates the bytes of heap from what a requestor can make large. */
function bytesOf({ claim, node, machine, expected, answers }: Captured): number {
  let bytes = BASE_BYTES
  for (const { value } of claim.sans) bytes += SAN_BYTES + 4 * value.length
  for (const group of claim.csr.requestor.groups) bytes += group.length
  const lists = [node?.addresses, node?.taints, machine?.addresses, expected]
  for (const list of lists) bytes += ITEM_BYTES * (list?.length ?? 0)
  for (const { values } of answers.values()) {
    for (const name in values) bytes += values[name]?.length ?? 0
  }
  return bytes
}
