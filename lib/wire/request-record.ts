import type { ApprovedAgainstAlarm, IssuedOtherwiseAlarm } from '#lib/csr/model.ts'
import type { RequestDetail, Stage } from '#lib/csr/rows/rows.ts'
import type { Decision, Outcome } from '#lib/wire/outcomes.ts'
import type { RecordedVerdict, RecordStanding } from '#lib/wire/views.ts'

/** `GET /api/requests/{uid}/record`: the record of one request. */
export interface RequestRecord {
  /** Null where no record is kept, or it cannot be read. */
  readonly record: RecordStanding | null
  /** Null where the record has no entry about the request. */
  readonly seen: SeenRequest | null
  /** Events in the order in which they were recorded. */
  readonly events: readonly RecordedEvent[]
  /** Whether the record has more events than are listed. */
  readonly isCut: boolean
}

/** A request as the server first saw it. */
export interface SeenRequest
  extends Pick<RequestDetail, 'uid' | 'name' | 'nodeName' | 'signerName' | 'requestor'> {
  readonly createdAt: string
  readonly recordedAt: string
  /** Null where the request was not pending when first seen. */
  readonly judged: RecordedVerdict | null
  /** Null where the request was decided or deleted before the server could describe it. */
  readonly described:
    | (Pick<RequestDetail, 'requestorDetail' | 'usages' | 'checks'> & {
        readonly reading: Pick<RequestDetail['reading'], 'fingerprint' | 'x509cr'> & {
          readonly problems: readonly { readonly code: string; readonly detail: string }[]
        }
      })
    | null
}

/** `GET /api/machines/{name}` for a machine that the record knows and the cluster no longer has. */
export interface GoneMachine {
  readonly gone: true
  /** When the server last saw the Node deleted; null if it did not. */
  readonly nodeDeletedAt: string | null
  /** The machine's latest requests that were never decided, the latest first. */
  readonly undecided: readonly Omit<SeenRequest, 'described'>[]
  /** Machines with similar names. */
  readonly alike: readonly {
    readonly name: string
    readonly stage: Stage
    readonly waiting: boolean
  }[]
}

/** `at`: time of the recording. */
export type RecordedEvent = RecordedFacts & { readonly at: string }

export type RecordedFacts =
  | {
      readonly what: 'decision'
      readonly judged: RecordedVerdict | null
      readonly row: Pick<
        RequestDetail,
        | 'status'
        | 'decidedAt'
        | 'decider'
        | 'decidedBy'
        | 'proposedBy'
        | 'decisionNote'
        | 'decisionTooLong'
        | 'failure'
      >
    }
  | {
      readonly what: 'attempt'
      readonly who: string
      readonly decision: Decision
      /** Null where the record has no outcome: the server may have ended before. */
      readonly outcome: Outcome | null
      readonly detail: string | null
      readonly auditId: string | null
    }
  | { readonly what: 'alarm'; readonly alarm: RecordedAlarm }
  | { readonly what: 'dismissed'; readonly who: string | null }

export type RecordedAlarm =
  | Pick<IssuedOtherwiseAlarm, 'kind' | 'differs'>
  | Pick<ApprovedAgainstAlarm, 'kind' | 'verdict' | 'reason'>
