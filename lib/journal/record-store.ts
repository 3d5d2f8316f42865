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

/** Columns of an entry that its kind does without. Only the text of a decision is searched. */
export const BLANK = {
  ...{ uid: null, machine: null, person: null, status: null, origin: null, took: null, text: '' },
} as const

/** Outcomes of tries that decided a request, or may have. A proposal is answered again and again. */
export const WRITTEN_OUTCOMES: readonly Outcome[] = ['approved', 'denied', 'unknown']

export interface DecisionsQuery {
  readonly words: readonly string[]
  readonly decision: DecisionFilter
  readonly origin?: Origin | undefined
  readonly machine?: string | undefined
  /** Times in milliseconds since the epoch: at or after `since`, and before `before`. */
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

export interface StoredEntry
  extends Pick<RecordEntry, 'at' | 'recordedAt' | 'uid' | 'machine' | 'person'> {
  readonly id: number
  readonly kind: Exclude<EntryKind, 'shadow'>
  readonly body: unknown
}

export interface DecisionsPage {
  /** Number of decisions that match. */
  readonly total: number
  /** Numbers over all decisions, whatever the query. */
  readonly counts: Readonly<Record<DecisionFilter, number>>
  /** The earliest known time of a decision, milliseconds since the epoch; null for none. */
  readonly earliest: number | null
  readonly rows: readonly StoredDecision[]
}

export interface StoredAlarm extends AlarmName {
  /** The machine of the request; null where the request names none. */
  readonly machine: string | null
  readonly at: number
  readonly body: unknown
}

/** The error of a search that was ended. Its name says so, as a route has classes of its own. */
export class SearchTooLong extends Error {
  override readonly name = 'SearchTooLong'
}

export function isSearchTooLong(error: unknown): boolean {
  return error instanceof Error && error.name === 'SearchTooLong'
}

/** The error of a write for which the volume has no room. */
export class VolumeFull extends Error {}
