import type { Automatic } from '#lib/csr/approval/automatic.ts'
import type { Sentence } from '#lib/csr/cause.ts'
import type { Decider } from '#lib/csr/decider.ts'
import type { Reason } from '#lib/csr/model.ts'
import type { AutomaticApprover } from '#lib/csr/policy/automatic-approver.ts'
import type { BrakeScope, Trip } from '#lib/csr/policy/brake.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { Stop } from '#lib/csr/policy/stop-text.ts'
import type { DocumentAnswer, DocumentPreview, DocumentSaved } from '#lib/wire/document.ts'
import type { OptionalExplanation } from '#lib/wire/explanation.ts'

/** Types of `/api/policy` and the routes below it: docs/http-api.md. */

/** A policy as data: its rules by name, not as code. */
export interface PolicySummary extends Omit<Policy, 'rules'> {
  readonly rules: readonly { readonly name: string; readonly message: string }[]
}

export interface PolicyProblem {
  /** Both from 1. */
  readonly line: number
  readonly column: number
  /** `spec.rules[0].cel`; '' where the document as a whole is meant. */
  readonly path: string
  /** In English, with the path. */
  readonly reason: string
  readonly causes: readonly Sentence[]
}

export interface PolicyAnswer {
  readonly serverTime: string
  /** In force now. */
  readonly policy: PolicySummary
  readonly inForceSince: string
  /** Null for none: then the built-in policy is in force, and there is nothing to edit. */
  readonly document: DocumentAnswer<PolicyProblem> | null
  /** The kill switch; null where there is no document to keep it beside. */
  readonly paused: boolean | null
  /** Why the approver approves nothing by it, beside the list of expected machines; null when it may. */
  readonly barred: OptionalExplanation | null
  /** By whom the kill switch was set, when and why; null while it is off. */
  readonly stopped: Stop | null
  /** The automatic approver, as its Lease tells. */
  readonly approver: ApproverStatus
}

export interface ApproverStatus extends Pick<AutomaticApprover, 'presence'> {
  /** Identity of the leading replica; '' for none. */
  readonly holder: string
  /** By the holder's own clock. */
  readonly renewedAt: string | null
  /** Where the brake has stopped it; empty while it has not. */
  readonly trips: readonly Trip[]
}

// ── Shadow mode ──────────────────────────────────────────────────────────────────────────────

export const COMPARED = [
  /** The policy would have done what was done, or leaves what nobody has decided. */
  'same',
  /** It would have approved what nobody did. */
  'wouldApprove',
  /** It would have left what somebody approved. */
  'wouldLeave',
  'cannotTell',
] as const
export type Compared = (typeof COMPARED)[number]

/** Answer of a policy alone to one request, and the first reason against an approval. */
export interface PolicyForecast {
  readonly automatic: Automatic
  readonly reason: Reason | null
  /** Scope of the approver's brake that would have stopped the approval; null for none. */
  readonly held: BrakeScope | null
}

/** Whether the policy approves the request within its limits. */
export function isApproved({ automatic, held }: PolicyForecast): boolean {
  return automatic.act === 'approve' && held === null
}

/** Why nobody can say what a policy would have done with a request. */
export type Unjudged =
  /** It was decided already when it was first seen here, or made room for newer ones. */
  | 'notSeenPending'
  /** It was decided while the connection was lost: what the cluster was like then is not known. */
  | 'heardLate'
  /** It was decided before its kubelet had answered here; what acts by itself waits for that. */
  | 'notAnswered'
  /** It asks for so much that it is not kept. */
  | 'tooLarge'

/** Outcome of a request. */
export type Fate = 'pending' | 'approved' | 'denied' | 'failed' | 'deleted'

/** One request of the last 24 hours: its outcome beside the answer of the policy. */
export interface ShadowRow {
  readonly uid: string
  readonly name: string
  readonly nodeName: string | null
  readonly signerName: string
  readonly requestor: string
  readonly createdAt: string
  readonly fate: Fate
  /** When and by whom; of a deletion nobody tells by whom. */
  readonly endedAt: string | null
  readonly decider: Decider | null
  readonly by: string | null
  readonly compared: Compared
  readonly forecast: PolicyForecast | { readonly unjudged: Unjudged }
}

export type ShadowCounts = Readonly<Record<Compared, number>>

export interface ShadowAnswer {
  readonly serverTime: string
  /** Since when requests have been watched here. */
  readonly since: string
  readonly generation: string
  /** Counts over all requests, whatever the query. */
  readonly counts: ShadowCounts
  /** Number of requests that match the query. */
  readonly matching: number
  /** Index of the first row of `rows`. */
  readonly from: number
  /** Differences first, then the newest. Fewer than asked for where their texts are long. */
  readonly rows: readonly ShadowRow[]
}

/** So many rows an answer holds at most. */
export const SHADOW_ROWS = 1_000

/** A row that a draft judges in another way than the policy in force. */
export interface ChangedRow extends ShadowRow {
  /** `compared` and `forecast` are of the draft. */
  readonly before: PolicyForecast
}

/** Changes that a draft would have made in the last day. */
export interface PolicyEffect {
  readonly policy: PolicySummary
  readonly counts: ShadowCounts
  /** How many requests the draft would treat in another way. */
  readonly changed: number
  /** The first of them. */
  readonly rows: readonly ChangedRow[]
}

export type PreviewAnswer = DocumentPreview<PolicyProblem, PolicyEffect>

export const PREVIEW_ROWS = 100

export type PolicySaved = DocumentSaved<PolicyProblem>
