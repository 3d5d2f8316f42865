import type { Decider } from '#lib/csr/machine/decider.ts'
import type { Grants } from '#lib/csr/machine/grants.ts'
import type {
  Alarm,
  CertificateDifference,
  CertificateSummary,
  CheckCode,
  CheckResult,
  CsrCondition,
  Hold,
  MachineObject,
  Node,
  NodeAddress,
  Reason,
  Requestor,
  RequestReading,
  Verdict,
} from '#lib/csr/model.ts'
import type { SecondPersonKind } from '#lib/csr/policy/policy.ts'
import type { Uncounted } from '#lib/csr/policy/proposal.ts'
import type { Unattended } from '#lib/csr/policy/trust.ts'
import type { LiveTrouble } from '#lib/csr/world/evidence.ts'

/** What is derived from the cluster's objects and shown: rows, and each in full. Times as in the model. */

/** That it takes two people to approve a request, and what the first of them has said. */
export interface SecondPerson {
  readonly because: SecondPersonKind
  /** One that counts where there is one; null when nobody has proposed it. */
  readonly proposal: ProposedApproval | null
}

export interface ProposedApproval {
  /** The proposal's own name: it is a request, too (lib/csr/policy/proposal.ts). */
  readonly name: string
  readonly by: string
  readonly at: string
  /** When it stops to count. */
  readonly until: string
  /** In the first person's words, as they came; '' for none. */
  readonly note: string
  /** Why it does not count for whoever is looking, whatever the time; null when it does. */
  readonly uncounted: Uncounted | null
}

export interface RequestRow {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
  /** SHA-256 of the decoded `spec.request`, lower-case hex. */
  readonly fingerprint: string
  readonly signerName: string
  readonly requestor: string
  /** The node it speaks for; null when it stands under "other requests". */
  readonly nodeName: string | null
  readonly createdAt: string
  readonly expirationSeconds: number | null
  /** kubectl's CONDITION text: `Pending`, `Approved,Issued`, … */
  readonly status: string
  /** Null once decided. */
  readonly verdict: Verdict | null
  readonly failing: readonly CheckCode[]
  readonly reason: Reason | null
  readonly superseded: boolean
  /** Whether a run may approve it as it arrives. */
  readonly unattended: Unattended
  /** Null when one person is enough. */
  readonly secondPerson: SecondPerson | null
  /** When the documented hour of its machine ends; null once nothing is pending. */
  readonly deadline: string | null
  /** When it was approved or denied; of one that only failed, when its signer failed it. */
  readonly decidedAt: string | null
  /** What approved or denied it, as far as the reason tells; null when only its signer failed it. */
  readonly decider: Decider | null
  /** Who, as far as our own condition message says; and who was the first where it took two. */
  readonly decidedBy: string | null
  readonly proposedBy: string | null
  /**
   * A person's note, or the whole message of whatever else decided. Null for nothing, and for more
   * than a list is for: the request's own page has it.
   */
  readonly decisionNote: string | null
  /** There is more than a list is for. */
  readonly decisionTooLong: boolean
  /** The signer's message of a Failed condition; null otherwise. */
  readonly failure: string | null
  /** End of the issued certificate's life; null before. */
  readonly notAfter: string | null
}

export const STAGES = [
  'clientRequested',
  'clientIssued',
  'servingRequested',
  'servingIssued',
  'ready',
  'failed',
  'denied',
] as const
export type Stage = (typeof STAGES)[number]

/** What was decided ended badly, which is final for that request. */
export function isStopped(stage: Stage): stage is 'failed' | 'denied' {
  return stage === 'failed' || stage === 'denied'
}

/** The one next step for an admin; null when the cluster has the next move. */
export type NextStep = 'approveClient' | 'approveServing' | 'review'

export type ExecAndLogs = 'available' | 'unavailable' | 'unknown'

export interface NodeSummary {
  readonly uid: string
  /** True only when the Ready condition is True. */
  readonly ready: boolean
  /** kubectl's STATUS text: `Ready`, `NotReady,SchedulingDisabled`, … */
  readonly status: string
  readonly roles: readonly string[]
  readonly version: string
  readonly addresses: readonly NodeAddress[]
  readonly createdAt: string
  readonly readySince: string | null
  /** Reason and message of a Ready condition that is not True. */
  readonly problem: string | null
}

export interface MachineObjectSummary {
  readonly apiGroup: string
  readonly namespace: string
  readonly name: string
  readonly phase: string | null
  readonly role: string | null
  readonly createdAt: string
}

/** Everything known under one node name. */
export interface MachineRow {
  readonly name: string
  readonly stage: Stage
  /** When the machine entered this stage, as far as the objects tell. */
  readonly stageSince: string | null
  /** Of its newest pending request; null when nothing is pending. */
  readonly verdict: Verdict | null
  readonly reason: Reason | null
  readonly next: NextStep | null
  /** At least one request waits for a decision. */
  readonly waiting: boolean
  /** Approved, and the signer has not issued yet. */
  readonly waitingForSigner: boolean
  /** A NotReady Node of this name exists and a bootstrap request for it is pending. */
  readonly rebootstrapping: boolean
  readonly firstPendingAt: string | null
  readonly deadline: string | null
  readonly overdue: boolean
  /** About when the kubelet files its next duplicate. */
  readonly nextDuplicateAt: string | null
  /** Pending requests beyond the newest of each signer, without what is left over. */
  readonly duplicates: number
  /** Both signers, newest first. */
  readonly requests: readonly RequestRow[]
  readonly node: NodeSummary | null
  readonly machineObject: MachineObjectSummary | null
  readonly execAndLogs: ExecAndLogs
  /** End of the newest issued serving certificate that is still listed. */
  readonly servingNotAfter: string | null
  /** When it became Ready with a serving certificate issued, and how long that took. */
  readonly joinedAt: string | null
  /** Null when nothing holds it up. */
  readonly hold: Hold | null
  readonly alarm: Alarm | null
}

// ── Drill-down ───────────────────────────────────────────────────────────────────────────────

export interface RequestDetail extends RequestRow {
  readonly requestorDetail: Requestor
  readonly usages: readonly string[]
  readonly conditions: readonly CsrCondition[]
  readonly reading: RequestReading
  /** What approving it would grant. */
  readonly grants: Grants
  /** The decoded PEM text, safe to show as text; may hold anything. */
  readonly pem: string
  readonly certificate: CertificateSummary | null
  /** How that differs from what was asked for; empty when it does not, or when none was issued. */
  readonly differences: readonly CertificateDifference[]
  /** Every applicable check, failed first, then unknown, then passed. Empty once decided. */
  readonly checks: readonly CheckResult[]
}

export type TimelineKind =
  | 'requestFiled'
  | 'requestApproved'
  | 'requestDenied'
  | 'requestFailed'
  | 'certificateIssued'
  | 'machineCreated'
  | 'nodeCreated'
  | 'nodeReady'
  | 'nodeNotReady'

export interface TimelineEntry {
  readonly at: string
  readonly kind: TimelineKind
  /** The request's, Node's or Machine's name. */
  readonly subject: string
  readonly signerName: string | null
  readonly by: string | null
  /** What was written with a decision, or what the signer said. */
  readonly note: string | null
}

/** An alarm in full. */
export interface AlarmDetail extends Alarm {
  /** Name of the request. */
  readonly request: string
  readonly differences: readonly CertificateDifference[]
}

export interface KubeletAnswer {
  readonly askedAt: string
  readonly outcome: 'presented' | LiveTrouble
}

export interface MachineDetail {
  /** With its newest requests. */
  readonly machine: MachineRow
  /** How many older requests it has. */
  readonly unlisted: number
  readonly alarm: AlarmDetail | null
  readonly requests: readonly RequestDetail[]
  readonly node: Node | null
  /** What its kubelet was asked within the last two minutes, and answered; null for nothing. */
  readonly kubelet: KubeletAnswer | null
  readonly machineObject: MachineObject | null
  /** Newest first. */
  readonly timeline: readonly TimelineEntry[]
  /** Everything that holds it up, what to act on first before the rest; the row has the first. */
  readonly holds: readonly Hold[]
}
