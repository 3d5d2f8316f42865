import type { Forecast } from '#lib/csr/approval/forecast.ts'
import type { Sentence } from '#lib/csr/cause.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import type { BrakeScope, Trip } from '#lib/csr/policy/brake.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { Stop } from '#lib/csr/policy/stop-text.ts'
import type { RequestRow } from '#lib/csr/rows/rows.ts'
import type { DocumentAnswer, DocumentPreview, DocumentSaved } from '#lib/wire/document.ts'
import type { OptionalExplanation } from '#lib/wire/explanation.ts'

/** Types of `/api/policy` and the routes below it: docs/http-api.md. */

/** A policy as data: rules have names instead of code. */
export interface PolicySummary extends Omit<Policy, 'rules'> {
  readonly rules: readonly { readonly name: string; readonly message: string }[]
}

export interface PolicyProblem {
  /** Line and column count from 1. */
  readonly line: number
  readonly column: number
  /** A path such as `spec.rules[0].cel`; '' for the document as a whole. */
  readonly path: string
  /** The reason in English, with the path. */
  readonly reason: string
  readonly causes: readonly Sentence[]
}

export interface PolicyAnswer {
  readonly serverTime: string
  /** The policy now in force. */
  readonly policy: PolicySummary
  readonly inForceSince: string
  /** Null where no document is configured: the built-in policy is in force and cannot be edited. */
  readonly document: DocumentAnswer<PolicyProblem> | null
  /** Whether the kill switch is on; null where no document is configured. */
  readonly paused: boolean | null
  /**
   * Reason that the approver approves nothing by this policy, apart from the list of expected
   * machines; null when it may approve.
   */
  readonly barred: OptionalExplanation | null
  /** The person who set the kill switch, when and why; null while it is off. */
  readonly stopped: Stop | null
  /** The automatic approver's state, by its Lease. */
  readonly approver: ApproverStatus
}

export interface ApproverStatus extends Pick<AutomaticApprover, 'presence'> {
  /** Identity of the leading replica; '' for none. */
  readonly holder: string
  /** Time by the holder's own clock. */
  readonly renewedAt: string | null
  /** Scopes in which the brake has stopped the approver; empty for none. */
  readonly trips: readonly Trip[]
}

// ── Shadow mode ──────────────────────────────────────────────────────────────────────────────

export const COMPARED = [
  /** The policy agrees with the decision, or leaves an undecided request to people. */
  'same',
  /** The policy would have approved a request that was not approved. */
  'wouldApprove',
  /** The policy would have left a request that was approved. */
  'wouldLeave',
  'cannotTell',
] as const
export type Compared = (typeof COMPARED)[number]

/** A policy's answer to one request, and the first reason against an approval. */
export interface PolicyForecast extends Forecast {
  /** Scope of the approver's brake that would have prevented the approval; null for none. */
  readonly held: BrakeScope | null
}

/** Whether the policy approves the request within its limits. */
export function isApproved({ automatic, held }: PolicyForecast): boolean {
  return automatic.act === 'approve' && held === null
}

/** Reason that a policy's answer to a request is not known. */
export type Unjudged =
  /**
   * The request was already decided when the server first saw it, or its data was dropped for newer
   * requests.
   */
  | 'notSeenPending'
  /**
   * The request was decided while the connection was lost: the cluster's state at that time is not
   * known.
   */
  | 'heardLate'
  /**
   * The request was decided before its kubelet had answered here; automatic approvals wait for
   * that.
   */
  | 'notAnswered'
  /** The request is too large for its contents to be kept. */
  | 'tooLarge'

/** Outcome of a request. */
export type Fate = 'pending' | 'approved' | 'denied' | 'failed' | 'deleted'

/** One request of the last 24 hours: its outcome beside the answer of the policy. */
export interface ShadowRow
  extends Pick<
    RequestRow,
    'uid' | 'name' | 'nodeName' | 'signerName' | 'requestor' | 'createdAt' | 'decider'
  > {
  readonly fate: Fate
  /** When and by whom the request ended. For a deletion `by` is not known. */
  readonly endedAt: string | null
  readonly by: string | null
  readonly compared: Compared
  readonly forecast: PolicyForecast | { readonly unjudged: Unjudged }
}

export type ShadowCounts = Readonly<Record<Compared, number>>

export interface ShadowAnswer {
  readonly serverTime: string
  /** Time since which the server has watched requests. */
  readonly since: string
  readonly generation: string
  /** Counts over all requests, whatever the query. */
  readonly counts: ShadowCounts
  /** Number of requests that match the query. */
  readonly matching: number
  /** Index of the first row of `rows`. */
  readonly from: number
  /** Differences first, then the newest. Fewer rows than asked for where their texts are long. */
  readonly rows: readonly ShadowRow[]
}

/** Most rows of an answer. */
export const SHADOW_ROWS = 1_000

/** A row for which the draft's answer differs from that of the policy in force. */
export interface ChangedRow extends ShadowRow {
  /** `compared` and `forecast` are of the draft. */
  readonly before: PolicyForecast
}

/** The draft's effect on the requests of the last day. */
export interface PolicyEffect {
  readonly policy: PolicySummary
  readonly counts: ShadowCounts
  /** Number of requests for which the draft's answer differs. */
  readonly changed: number
  /** The first of these requests. */
  readonly rows: readonly ChangedRow[]
}

export type PreviewAnswer = DocumentPreview<PolicyProblem, PolicyEffect>

export const PREVIEW_ROWS = 100

export type PolicySaved = DocumentSaved<PolicyProblem>
