import type { ApprovedAgainstAlarm, IssuedOtherwiseAlarm } from '#lib/csr/model.ts'
import type { RequestDetail, Stage } from '#lib/csr/rows/rows.ts'
import type { Decision, Outcome } from '#lib/wire/outcomes.ts'
import type { RecordedVerdict, RecordStanding } from '#lib/wire/views.ts'

/** `GET /api/requests/{uid}/record`: the record of one request. */
export interface RequestRecord {
  /** Null where no record is kept, or it cannot be read. */
  readonly record: RecordStanding | null
  /** Null where the record has no entry of it. */
  readonly seen: SeenRequest | null
  /** In the order in which they were recorded. */
  readonly events: readonly RecordedEvent[]
  /** Whether the record has more events than are listed. */
  readonly isCut: boolean
}

/** A request as it was when it was first seen. */
export interface SeenRequest
  extends Pick<RequestDetail, 'uid' | 'name' | 'nodeName' | 'signerName' | 'requestor'> {
  readonly createdAt: string
  readonly recordedAt: string
  /** Null where it was not pending then. */
  readonly judged: RecordedVerdict | null
  /** Null where it was decided, or gone, before it could be described. */
  readonly described:
    | (Pick<RequestDetail, 'requestorDetail' | 'usages' | 'checks'> & {
        readonly reading: Pick<RequestDetail['reading'], 'fingerprint' | 'x509cr'> & {
          readonly problems: readonly { readonly code: string; readonly detail: string }[]
        }
      })
    | null
}

/** `GET /api/machines/{name}` of a machine that the record knows and the cluster no longer has. */
export interface GoneMachine {
  readonly gone: true
  /** When its Node was last seen to be deleted; null where that was not seen. */
  readonly nodeDeletedAt: string | null
  /** Its latest requests that nobody decided, the latest first. */
  readonly undecided: readonly Omit<SeenRequest, 'described'>[]
  /** Machines with a name like it. */
  readonly alike: readonly {
    readonly name: string
    readonly stage: Stage
    readonly waiting: boolean
  }[]
}

/** `at`: when it was recorded. */
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
      /** Null where the record has no end of it: the server may have ended before. */
      readonly outcome: Outcome | null
      readonly detail: string | null
      readonly auditId: string | null
    }
  | { readonly what: 'alarm'; readonly alarm: RecordedAlarm }
  | { readonly what: 'dismissed'; readonly who: string | null }

export type RecordedAlarm =
  | Pick<IssuedOtherwiseAlarm, 'kind' | 'differs'>
  | Pick<ApprovedAgainstAlarm, 'kind' | 'verdict' | 'reason'>
