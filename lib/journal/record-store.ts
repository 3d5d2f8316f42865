import type { AlarmName } from '#lib/csr/world/alarms.ts'
import type { Outcome } from '#lib/wire/outcomes.ts'
import type { DecisionFilter, Origin } from '#lib/wire/views.ts'

/** Keys of alarms by uid of the request: about its certificate, and about its approval. */
export const ALARM_KEY = 'alarm/'
export const APPROVED_AGAINST_KEY = 'approvedAgainst/'
export const DISMISSED_KEY = 'dismissed/'

/** Key of a dismissal, by the alarm that it is of: by its uid for an alarm about a certificate. */
export function dismissedKey(uid: string, kind: unknown): string {
  const isAgainst = kind === 'approvedAgainst'
  return `${DISMISSED_KEY}${isAgainst ? APPROVED_AGAINST_KEY : ''}${uid}`
}

/**
 * `request`: a request when it was first seen. `decision`: a request whenever its decision or its
 * signer's answer changed. `join`: a machine that became Ready. `node`: a Node that was deleted. `line`: a line of standard output.
 * `shadow`: a request of the last day with all that judging it under another policy needs.
 */
export type EntryKind = 'request' | 'decision' | 'join' | 'node' | 'alarm' | 'line' | 'shadow'

/** One event to record. The store never changes it. */
export interface RecordEntry {
  /** Names the event: an entry with a known key is not appended again. */
  readonly key: string
  readonly kind: EntryKind
  /** Milliseconds since the epoch, as its source says; 0 for an unknown time. */
  readonly at: number
  /** Milliseconds since the epoch on this machine's clock. */
  readonly recordedAt: number
  readonly uid: string | null
  readonly machine: string | null
  readonly person: string | null
  /** Every DecisionFilter but `all` that a decision matches, joined by `+`; null for other kinds. */
  readonly status: string | null
  readonly origin: Origin | null
  /** Milliseconds from the first request to Ready, for a join. */
  readonly took: number | null
  /** Text to search in, from `searchText`: of a decision. */
  readonly text: string
  /** JSON. */
  readonly body: string
}

/** Outcomes of tries that decided a request, or may have. A proposal is answered again and again. */
export const WRITTEN_OUTCOMES: readonly Outcome[] = ['approved', 'denied', 'unknown']

export interface DecisionsQuery {
  readonly words: readonly string[]
  readonly decision: DecisionFilter
  readonly origin?: Origin | undefined
  readonly machine?: string | undefined
  /** Milliseconds since the epoch: at or after `since`, and before `before`. */
  readonly since?: number | undefined
  readonly before?: number | undefined
}

/** Position of a decision in the order of the list: the latest first. */
export interface DecisionPlace {
  readonly at: number
  readonly id: number
}

export interface StoredDecision extends DecisionPlace {
  readonly body: unknown
}

/** A line about a request. */
export interface StoredLine {
  readonly uid: string
  readonly body: unknown
}

export interface StoredEntry {
  readonly id: number
  readonly kind: Exclude<EntryKind, 'shadow'>
  readonly at: number
  readonly recordedAt: number
  readonly uid: string | null
  readonly machine: string | null
  readonly person: string | null
  readonly body: unknown
}

export interface DecisionsPage {
  /** How many decisions match. */
  readonly total: number
  /** Over all decisions, whatever the query. */
  readonly counts: Readonly<Record<DecisionFilter, number>>
  /** The earliest known time of a decision, milliseconds since the epoch; null for none. */
  readonly earliest: number | null
  readonly rows: readonly StoredDecision[]
}

export interface StoredAlarm extends AlarmName {
  /** Null where the request names none. */
  readonly machine: string | null
  readonly at: number
  readonly body: unknown
}

export interface StoredAlarms {
  /** The latest of each machine and of requests without one: those about certificates first. */
  readonly raised: readonly StoredAlarm[]
  /** Names of alarms that a person dismissed. */
  readonly dismissed: readonly AlarmName[]
}

export interface StoredJoin {
  readonly at: number
  readonly took: number | null
}

/** The search was ended: the error's name says so, as a route has classes of its own. */
export class SearchTooLong extends Error {
  override readonly name = 'SearchTooLong'
}

export function isSearchTooLong(error: unknown): boolean {
  return error instanceof Error && error.name === 'SearchTooLong'
}

/** The volume has no room for a write. */
export class VolumeFull extends Error {}

/** The durable trail. Every call rejects while the store cannot be reached. */
export interface RecordStore {
  /** Appends all entries or none. */
  append(entries: readonly RecordEntry[]): Promise<void>
  /**
   * Rows `from` to `to` (exclusive) of the decisions that match, one for each request. Rejects with
   * SearchTooLong after two seconds.
   */
  page(query: DecisionsQuery, from: number, to: number): Promise<DecisionsPage>
  /** At most `limit` decisions that match and follow the place; null for the first ones. */
  after(
    query: DecisionsQuery,
    place: DecisionPlace | null,
    limit: number,
  ): Promise<readonly StoredDecision[]>
  /** Lines with an Audit-Id about these requests, the first recorded first. */
  writes(uids: readonly string[]): Promise<readonly StoredLine[]>
  /** At most `most` entries about a request, in the order of their recording: the cheapest are left out. */
  about(
    uid: string,
    most: number,
  ): Promise<{ readonly entries: readonly StoredEntry[]; readonly isCut: boolean }>
  /**
   * The last deletion of a machine's Node, then at most `most` requests of it that were never decided,
   * the latest first. Of a machine with very many requests it looks at the latest.
   */
  undecided(machine: string, most: number): Promise<readonly StoredEntry[]>
  /**
   * Reads the `limit` entries recorded after that one (0: the first ones): those of the trail, of one
   * machine where named, and the last that was read; null at the end.
   */
  trail(
    machine: string | undefined,
    after: number,
    limit: number,
  ): Promise<{ readonly entries: readonly StoredEntry[]; readonly last: number | null }>
  /** Joins since that time, the earliest first. */
  joins(since: number): Promise<readonly StoredJoin[]>
  /** Times since then at which each machine's first request was filed that is no renewal. */
  arrivals(since: number): Promise<readonly number[]>
  alarms(): Promise<StoredAlarms>
  /** Reads JSON of the shadow entries since that time, the latest first, until `take` has enough. */
  shadows(since: number, take: (bodies: readonly string[]) => boolean): Promise<void>
  /** JSON of the notes of runs under way that began since that time, the earliest first: at most 50. */
  runNotes(since: number): Promise<readonly string[]>
  /** JSON of the runs that have ended, the latest first: at most 500. */
  endedRuns(): Promise<readonly string[]>
  /** Writes a note of a run under way anew, which is no entry of the trail. One that has ended stays. */
  noteRun(id: string, startedAt: number, body: string): Promise<void>
  /** Writes an ended run in the place of its note. Only the latest 500 stay. */
  endRun(id: string, startedAt: number, body: string): Promise<void>
  /** Shortest time between two calls of `retain` for what was appended, in milliseconds. */
  readonly retainEveryMs: number
  /**
   * Deletes entries recorded before that time, shadow entries and notes of runs under way before the other, then
   * entries beyond so many bytes or on a full volume: the cheapest first. Answers whether it is full.
   */
  retain(
    recordedBefore: number,
    shadowBefore: number,
    bytes: number,
  ): Promise<{ readonly isFull: boolean }>
  close(): Promise<void>
}
