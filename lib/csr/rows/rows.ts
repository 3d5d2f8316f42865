import type { Decider } from '#lib/csr/decider.ts'
import type { Grants } from '#lib/csr/grants.ts'
import type { LiveTrouble } from '#lib/csr/live-troubles.ts'
import type {
  Alarm,
  ApprovedAgainstAlarm,
  CertificateDifference,
  CertificateSummary,
  CheckCode,
  CheckResult,
  CsrCondition,
  Hold,
  IssuedOtherwiseAlarm,
  MachineObject,
  Node,
  Reason,
  Requestor,
  RequestReading,
  Verdict,
} from '#lib/csr/model.ts'
import type { SecondPersonKind } from '#lib/csr/policy/policy.ts'
import type { Person, Uncounted } from '#lib/csr/policy/proposal.ts'
import type { Unattended } from '#lib/csr/policy/trust.ts'

/**
 * Rows and details derived from the cluster's objects, as pages show them. Times as in the model.
 */

/** The rule that takes two people to approve this request, and the first person's proposal. */
export interface SecondPerson {
  readonly because: SecondPersonKind
  /** A proposal that counts, otherwise another one; null without a proposal. */
  readonly proposal: ProposedApproval | null
}

export interface ProposedApproval {
  /** The name of the proposal, which is a request itself (lib/csr/policy/proposal.ts). */
  readonly name: string
  readonly by: string
  readonly at: string
  /** When the proposal expires. */
  readonly until: string
  /** The first person's note, unchanged; '' for none. */
  readonly note: string
  /** Why the proposal does not count for this viewer, apart from time; null when it counts. */
  readonly uncounted: Uncounted | null
}

/** The facts of the two-person rule, for any viewer. */
export interface TwoPeople {
  /** The kind that needs two people; null when one person is enough. */
  readonly because: SecondPersonKind | null
  /** The kind for the person who filed the request, to whom it is suspicious. */
  readonly becauseOwn: SecondPersonKind | null
  /** The best proposal of each person, best first; `uncounted` without a viewer. */
  readonly proposals: readonly (ProposedApproval & { readonly proposer: Person })[]
}

/** A judged request without a viewer: lib/csr/verdict/viewer-overlay.ts makes a row of it. */
export interface JudgedRequest extends Omit<RequestRow, 'secondPerson'> {
  /** The facts of the two-person rule; null when the request needs no second person. */
  readonly twoPeople: TwoPeople | null
}

/** A judged machine without a viewer. */
export type JudgedMachine = MachineRow<JudgedRequest>

/** A request as one viewer sees it, like every type below. */
export interface RequestRow {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
  /** SHA-256 of the decoded `spec.request`, lower-case hex. */
  readonly fingerprint: string
  readonly signerName: string
  readonly requestor: string
  /** The node name that the request has; null under "other requests". */
  readonly nodeName: string | null
  readonly createdAt: string
  readonly expirationSeconds: number | null
  /** kubectl's CONDITION text: `Pending`, `Approved,Issued`, … */
  readonly status: string
  /** The verdict; null once decided. */
  readonly verdict: Verdict | null
  readonly failing: readonly CheckCode[]
  readonly reason: Reason | null
  /**
   * The reason why the serving request after this sound client request will be held back; null for
   * nothing known.
   */
  readonly warning: Reason | null
  readonly superseded: boolean
  /** Whether a run may approve the request when it arrives. */
  readonly unattended: Unattended
  /** The two-person rule for this request; null when one person is enough. */
  readonly secondPerson: SecondPerson | null
  /** End of the machine's documented hour; null once nothing is pending. */
  readonly deadline: string | null
  /** When the request was approved or denied, otherwise when its signer failed it. */
  readonly decidedAt: string | null
  /** The decider by the condition's reason; null when only the signer failed it. */
  readonly decider: Decider | null
  /** The deciding person by our own condition message, and the first of two people. */
  readonly decidedBy: string | null
  readonly proposedBy: string | null
  /**
   * A person's note, or another decider's whole message. Null for none, and when it is too long for
   * a list: the request's page has it.
   */
  readonly decisionNote: string | null
  /** Whether the message is too long for a list. */
  readonly decisionTooLong: boolean
  /** The signer's message of a Failed condition; null otherwise. */
  readonly failure: string | null
  /** Expiry of the issued certificate; null before. */
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

/** Whether the request was denied or failed, which is final for it. */
export function isStopped(stage: Stage): stage is 'failed' | 'denied' {
  return stage === 'failed' || stage === 'denied'
}

/** The admin's next step; null when it is the cluster's turn. */
export type NextStep = 'approveClient' | 'approveServing' | 'review'

export type ExecAndLogs = 'available' | 'unavailable' | 'unknown'

export interface NodeSummary
  extends Pick<Node, 'uid' | 'roles' | 'version' | 'addresses' | 'createdAt'> {
  /** Whether the Ready condition is True. */
  readonly ready: boolean
  /** kubectl's STATUS text: `Ready`, `NotReady,SchedulingDisabled`, … */
  readonly status: string
  readonly readySince: string | null
  /** Reason and message of a Ready condition that is not True. */
  readonly problem: string | null
}

export type MachineObjectSummary = Pick<
  MachineObject,
  'apiGroup' | 'namespace' | 'name' | 'phase' | 'role' | 'createdAt'
>

/** Everything known under one node name. */
export interface MachineRow<Request = RequestRow> {
  readonly name: string
  readonly stage: Stage
  /** When the machine entered this stage, as far as the objects show. */
  readonly stageSince: string | null
  /** Verdict of its newest pending request; null when nothing is pending. */
  readonly verdict: Verdict | null
  readonly reason: Reason | null
  readonly warning: Reason | null
  readonly next: NextStep | null
  /** Whether at least one request waits for a decision. */
  readonly waiting: boolean
  /** Whether a request is approved but not issued yet. */
  readonly waitingForSigner: boolean
  /** Whether a NotReady Node of this name exists and a bootstrap request for it is pending. */
  readonly rebootstrapping: boolean
  readonly firstPendingAt: string | null
  readonly deadline: string | null
  readonly overdue: boolean
  /** Approximately when the kubelet files its next duplicate. */
  readonly nextDuplicateAt: string | null
  /** Older requests that one approval of the next step takes with the newest. */
  readonly duplicates: number
  /** Requests of both signers, newest first. */
  readonly requests: readonly Request[]
  readonly node: NodeSummary | null
  readonly machineObject: MachineObjectSummary | null
  readonly execAndLogs: ExecAndLogs
  /** Expiry of the newest issued serving certificate that is still listed. */
  readonly servingNotAfter: string | null
  /** When the machine became Ready with a serving certificate; null if unknown. */
  readonly joinedAt: string | null
  /** The first reason why the machine waits; null for none. */
  readonly hold: Hold | null
  /** The gravest of its alarms; null for none. */
  readonly alarm: Alarm | null
  readonly alarmCount: number
}

// ── Drill-down ───────────────────────────────────────────────────────────────────────────────

export interface RequestDetail extends RequestRow {
  readonly requestorDetail: Requestor
  readonly usages: readonly string[]
  readonly conditions: readonly CsrCondition[]
  readonly reading: RequestReading
  /** Rights that an approval would give. */
  readonly grants: Grants
  /** The decoded PEM text; may hold anything, safe to show as text. */
  readonly pem: string
  readonly certificate: CertificateSummary | null
  /** Differences from the request; empty without differences or certificate. */
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
  /** The decider's note, or the signer's message. */
  readonly note: string | null
}

/** The key of an alarm: one request may have one alarm of each kind. */
export function alarmKey({ kind, uid }: Pick<Alarm, 'kind' | 'uid'>): string {
  return `${kind}/${uid}`
}

/** The alarm as a row has it. */
export function alarmRow(alarm: AlarmDetail): Alarm {
  if (alarm.kind === 'approvedAgainst') return alarm
  const { differences: _, ...row } = alarm
  return row
}

/** An alarm in full. */
export type AlarmDetail =
  | (IssuedOtherwiseAlarm & { readonly differences: readonly CertificateDifference[] })
  | ApprovedAgainstAlarm

export interface KubeletAnswer {
  readonly askedAt: string
  readonly outcome: 'presented' | LiveTrouble
}

export interface MachineDetail {
  /** The machine's row with its newest requests. */
  readonly machine: MachineRow
  /** Number of older requests that are not listed. */
  readonly unlisted: number
  /** The gravest alarm of each kind; of several equally grave ones the newest. */
  readonly alarms: readonly AlarmDetail[]
  /** Number of the machine's other alarms. */
  readonly moreAlarms: number
  readonly requests: readonly RequestDetail[]
  readonly node: Node | null
  /** The kubelet's answer of the last two minutes, about its newest certificate; null for none. */
  readonly kubelet: KubeletAnswer | null
  readonly machineObject: MachineObject | null
  /** The machine's events, the newest first. */
  readonly timeline: readonly TimelineEntry[]
  /** All reasons why the machine waits, the one to act on first; the row has the first. */
  readonly holds: readonly Hold[]
}
