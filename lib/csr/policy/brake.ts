import type { AutomaticLimits } from '#lib/csr/policy/policy.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'

/**
 * The brake of the automatic approver: how much may be approved without a person within any sixty
 * minutes, for one node, for one requestor and in all. It is counted from the requests themselves,
 * so that a restart or another leader counts the same:
 * - an approval counts when its condition has the approver's reason, and from its `lastUpdateTime`;
 * - one that is being written counts from the moment at which it was begun;
 * - denied requests and those the signer failed do not count, nor does what a person approved, nor
 *   what is pending: it has had no effect yet.
 * Once tripped it stays so until a person releases it: time alone does not.
 */
export const BRAKE_WINDOW_MS = HOUR_MS

/** Annotation of the approver's Lease with the tripped scopes. Only the leader writes it. */
export const BRAKE_ANNOTATION = 'countersign.dev/brake'

export const BRAKE_SCOPES = ['node', 'requestor', 'total'] as const
export type BrakeScope = (typeof BRAKE_SCOPES)[number]

/** A scope in which the brake has stopped the approver. */
export interface Trip {
  readonly scope: BrakeScope
  /** Name of the node or requestor; '' for the total. */
  readonly name: string
  /** RFC 3339. */
  readonly at: string
}

/** The fields of an approval that the brake counts by. */
export interface Approval {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Null for a request without a node name. */
  readonly node: string | null
  readonly requestor: string
}

export type Place = Pick<Approval, 'node' | 'requestor'>

/** Number of approvals within the window, for every scope. */
export class Tally {
  readonly #approvals = new Map<string, Approval>()
  readonly #counts = new Map<string, number>()
  /** No approval is older: thousands of calls of `forgetUntil` have nothing to drop. */
  #oldest = Number.POSITIVE_INFINITY
  /** Whether all were added in order of time: then none is looked at that stays. */
  #isOrdered = true
  #latest = 0

  /** Adds an approval; a uid counts once, however often it is added. */
  add(uid: string, approval: Approval): void {
    this.delete(uid)
    this.#approvals.set(uid, approval)
    this.#oldest = Math.min(this.#oldest, approval.at)
    this.#isOrdered &&= approval.at >= this.#latest
    this.#latest = Math.max(this.#latest, approval.at)
    this.#count(approval, 1)
  }

  delete(uid: string): void {
    const approval = this.#approvals.get(uid)
    if (approval === undefined) return
    this.#approvals.delete(uid)
    this.#count(approval, -1)
  }

  /** Drops approvals at that time or before. */
  forgetUntil(ms: number): void {
    if (ms < this.#oldest) return
    this.#oldest = Number.POSITIVE_INFINITY
    for (const [uid, { at }] of this.#approvals) {
      if (at <= ms) {
        this.delete(uid)
        continue
      }
      this.#oldest = Math.min(this.#oldest, at)
      if (this.#isOrdered) return
    }
  }

  count(scope: BrakeScope, name: string): number {
    return this.#counts.get(keyOf(scope, name)) ?? 0
  }

  #count(approval: Approval, by: number): void {
    for (const [scope, name] of scopesOf(approval)) {
      const key = keyOf(scope, name)
      const count = (this.#counts.get(key) ?? 0) + by
      if (count === 0) this.#counts.delete(key)
      else this.#counts.set(key, count)
    }
  }
}

/** The scope that one more approval would exceed; null if none. */
export function tripping(
  tally: Pick<Tally, 'count'>,
  limits: AutomaticLimits,
  place: Place,
): Pick<Trip, 'scope' | 'name'> | null {
  const limit = { node: limits.perNode, requestor: limits.perRequestor, total: limits.total }
  for (const [scope, name] of scopesOf(place)) {
    if (tally.count(scope, name) >= limit[scope]) return { scope, name }
  }
  return null
}

/** The trip that stops an approval; null if none. */
export function stoppedBy(trips: readonly Trip[], place: Place): Trip | null {
  const scopes = scopesOf(place)
  const stops = (trip: Trip) =>
    scopes.some(([scope, name]) => scope === trip.scope && name === trip.name)
  return trips.find(stops) ?? null
}

/** Beyond this many trips the whole approver stops. */
export const MOST_TRIPS = 100

/** The list with one more trip; the same list if the trip is known. */
export function withTrip(trips: readonly Trip[], trip: Trip): readonly Trip[] {
  if (trips.some(({ scope, name }) => scope === trip.scope && name === trip.name)) return trips
  if (trips.length < MOST_TRIPS) return [...trips, trip]
  return trips.some(({ scope }) => scope === 'total')
    ? trips
    : [{ scope: 'total', name: '', at: trip.at }, ...trips]
}

/** The trips that remain after a person's release: those that tripped later. */
export function afterRelease(trips: readonly Trip[], releasedAt: number): readonly Trip[] {
  const remaining = trips.filter(({ at }) => !(Date.parse(at) <= releasedAt))
  return remaining.length === trips.length ? trips : remaining
}

/** The trips as text for the Lease's annotation; '' for none. */
export function writeTrips(trips: readonly Trip[]): string {
  return trips.length === 0 ? '' : JSON.stringify(trips)
}

/** The trips of the annotation; null for unreadable text: the caller has to assume the worst. */
export function readTrips(text: string): readonly Trip[] | null {
  if (text === '') return []
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  return Array.isArray(parsed) && parsed.length <= MOST_TRIPS + 1 && parsed.every(isTrip)
    ? parsed.map(({ scope, name, at }) => ({ scope, name, at }))
    : null
}

function isTrip(value: unknown): value is Trip {
  const { scope, name, at }: Partial<Record<string, unknown>> = Object(value)
  return (
    BRAKE_SCOPES.some((known) => known === scope) &&
    typeof name === 'string' &&
    typeof at === 'string' &&
    !Number.isNaN(Date.parse(at))
  )
}

/** The scopes of an approval; the total comes first, as the most important one. */
function scopesOf({ node, requestor }: Place): readonly (readonly [BrakeScope, string])[] {
  return [
    ['total', ''],
    ['requestor', requestor],
    ...(node === null ? [] : ([['node', node]] as const)),
  ]
}

function keyOf(scope: BrakeScope, name: string): string {
  return `${scope}:${name}`
}
