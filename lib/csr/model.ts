import type { Decider } from '#lib/csr/decider.ts'
import type { Grants } from '#lib/csr/grants.ts'
import type { SecondPersonKind } from '#lib/csr/policy.ts'
import type { Uncounted } from '#lib/csr/proposal.ts'

/**
 * What the product knows: the cluster's objects as we keep them, and what is derived from them.
 * All timestamps are RFC 3339 text in UTC as the API server sent them, all durations seconds.
 */

// ── Objects, projected on arrival (lib/kube/project.ts is the only door) ─────────────────────

/** A CertificateSigningRequest. Everything inside `request` is the claimant's word. */
export interface Csr {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
  readonly createdAt: string
  readonly signerName: string
  /** Stamped by the API server: trustworthy. */
  readonly requestor: Requestor
  readonly usages: readonly string[]
  readonly expirationSeconds: number | null
  /** `spec.request` exactly as it came: base64 of the PEM text. */
  readonly request: string
  readonly conditions: readonly CsrCondition[]
  /** `status.certificate`, base64 of PEM, once issued. */
  readonly certificate: string | null
  /** Of a proposal only: what the first person wrote. Anybody who may update requests can. */
  readonly note?: string
}

export interface Requestor {
  readonly username: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

export interface CsrCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly lastUpdateTime: string | null
}

export interface NodeAddress {
  /** `InternalIP`, `ExternalIP`, `Hostname`, `InternalDNS`, `ExternalDNS` or something newer. */
  readonly type: string
  readonly address: string
}

export interface Node {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
  readonly createdAt: string
  readonly deletedAt: string | null
  /** Sorted as kubectl prints them; empty means `<none>`. */
  readonly roles: readonly string[]
  readonly version: string
  readonly addresses: readonly NodeAddress[]
  /** Where its kubelet listens; 10250 unless it says otherwise. */
  readonly kubeletPort: number
  readonly ready: ReadyCondition | null
  readonly unschedulable: boolean
  readonly taints: readonly string[]
}

export interface ReadyCondition {
  /** `True`, `False` or `Unknown`. */
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly since: string | null
}

/** A Machine of `machine.openshift.io` or `cluster.x-k8s.io`. */
export interface MachineObject {
  readonly uid: string
  readonly apiGroup: string
  readonly namespace: string
  readonly name: string
  readonly resourceVersion: string
  readonly createdAt: string
  readonly deletedAt: string | null
  readonly phase: string | null
  readonly role: string | null
  readonly nodeRef: { readonly name: string; readonly uid: string | null } | null
  readonly addresses: readonly NodeAddress[]
}

/** A `config.openshift.io` ClusterOperator. */
export interface ClusterOperator {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
  readonly available: boolean
  /** Why it is not available or degraded, in its own words. */
  readonly message: string
}

// ── The request, read strictly ───────────────────────────────────────────────────────────────

/** A PKCS#10 request that can be shown exactly as it would be signed. */
export interface X509CertificateRequest {
  readonly subject: {
    /** All CN values in the order of the encoding: more than one is a refusal, not a choice. */
    readonly commonNames: readonly string[]
    readonly organizations: readonly string[]
    /** Every other attribute, as `OID=value`. */
    readonly others: readonly string[]
  }
  readonly dnsNames: readonly string[]
  /** Canonical text: RFC 5952, IPv4-mapped IPv6 unfolded. */
  readonly ipAddresses: readonly string[]
  readonly emailAddresses: readonly string[]
  readonly uris: readonly string[]
  /** SANs of any other kind, as `[tag]` or OID text. */
  readonly otherNames: readonly string[]
  readonly extensions: readonly RequestedExtension[]
  readonly publicKey: PublicKeyInfo
  readonly signatureAlgorithm: string
  readonly signatureValid: boolean
}

export interface RequestedExtension {
  readonly oid: string
  readonly name: string
  readonly critical: boolean
  /** One of the few that a kubelet may ask for, with an acceptable value. */
  readonly allowed: boolean
  /** In words: `CA:FALSE`, `digitalSignature, keyEncipherment`; hex of the value otherwise. */
  readonly value: string
}

export interface PublicKeyInfo {
  /** `RSA`, `ECDSA`, `Ed25519`, or the OID. */
  readonly algorithm: string
  /** `2048`, `P-256`; '' where there is none. */
  readonly parameter: string
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  readonly fingerprint: string
}

/**
 * The answer of the strict reader: it returns, it never throws.
 * `problems` names each thing that keeps the request from being shown faithfully.
 * `x509cr` may be there beside problems, for display as "what could be made out", never for trust.
 */
export interface RequestReading {
  /** SHA-256 of the decoded `spec.request` (the PEM bytes), lower-case hex. */
  readonly fingerprint: string
  readonly faithful: boolean
  readonly problems: readonly ReadingProblem[]
  readonly x509cr: X509CertificateRequest | null
}

export interface ReadingProblem {
  /** Stable and short, e.g. `notPem`, `twoBlocks`, `nonCanonicalBase64`, `trailingBytes`. */
  readonly code: string
  /** Where or what, for an admin: may hold the claimant's characters, raw. */
  readonly detail: string
}

// ── Checks and verdict ───────────────────────────────────────────────────────────────────────

export const CHECK_CODES = [
  'request.faithful',
  'request.extensions',
  'request.signature',
  'subject.commonName',
  'subject.nodeName',
  'subject.organization',
  'usages',
  'sans.kinds',
  'requestor.bootstrapper',
  'requestor.node',
  'node.new',
  'node.known',
  'sans.foreign',
  'sans.reserved',
  'sans.owned',
  'identity.machine',
  'identity.requestor',
  'identity.expected',
  'identity.liveCertificate',
  'policy.addresses',
  'policy.names',
  'policy.expiration',
  'policy.rules',
  'key.strength',
  'key.reuse',
  'machine.alarm',
  'name.confusable',
  'node.localhost',
  'requestor.self',
  'signer.inScope',
] as const

export type CheckCode = (typeof CHECK_CODES)[number]
export type CheckOutcome = 'pass' | 'fail' | 'unknown'
export type Verdict = 'verified' | 'plausible' | 'suspicious' | 'refused'

/**
 * One check's answer. `finding` says which of the check's cases this is; `<code>` and `<finding>`
 * name the sentence and the remedy in the message catalogue, `values` fill its blanks.
 */
export interface CheckResult {
  readonly code: CheckCode
  readonly outcome: CheckOutcome
  readonly finding: string
  readonly expected: readonly string[]
  readonly observed: readonly Observed[]
  readonly values: Readonly<Record<string, string>>
}

/** A value as the request or the cluster has it, and how this check sees that one value. */
export interface Observed {
  /** What it is: `DNS`, `IP`, `CN`, `O`, `group`, `usage`, … or '' where it needs no label. */
  readonly kind: string
  readonly value: string
  readonly outcome: CheckOutcome
  /** The other node that holds the value, where there is one: shown as a link. */
  readonly heldBy: string | null
}

/**
 * What holds a machine up, first of all, and whose move it is. `<holder>` and `<finding>` name the
 * sentence in the message catalogue, `values` fill its blanks. They hold nothing that is only this
 * machine's (its name, a time of it), so that a thousand machines share one.
 */
export interface Hold {
  readonly holder: Holder
  readonly finding: string
  readonly values: Readonly<Record<string, string>>
}

export const HOLDERS = [
  /** Nobody has decided: it is up to an admin. */
  'admin',
  'machineApprover',
  /** This product's own. */
  'approver',
  'signer',
  'kubelet',
] as const
export type Holder = (typeof HOLDERS)[number]

/** A certificate that is not what was approved, until a person dismisses it. */
export interface Alarm {
  /** Uid of the request that it was issued for, which may be gone by now. */
  readonly uid: string
  /** Since when it is known here; null for a moment. */
  readonly since: string | null
  /** What differs, in the order in which it is told: `commonName`, `dnsNames`, `key`, … */
  readonly differs: readonly string[]
}

/** One thing in a certificate that is not as it was asked for. */
export interface CertificateDifference {
  readonly what: string
  readonly asked: readonly string[]
  readonly issued: readonly string[]
}

/** The reason a list shows: the first failing check, or what confirmed the machine. */
export interface Reason {
  readonly code: CheckCode
  readonly finding: string
  readonly values: Readonly<Record<string, string>>
}

/** That it takes two people to approve a request, and what the first of them has said. */
export interface SecondPerson {
  readonly because: SecondPersonKind
  /** One that counts where there is one; null when nobody has proposed it. */
  readonly proposal: ProposedApproval | null
}

export interface ProposedApproval {
  /** The proposal's own name: it is a request, too (lib/csr/proposal.ts). */
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

// ── Rows ─────────────────────────────────────────────────────────────────────────────────────

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
  /** Pending requests beyond the newest of each signer. */
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
  /** What approving it would grant; null when nothing can be read. */
  readonly grants: Grants | null
  /** The decoded PEM text, safe to show as text; may hold anything. */
  readonly pem: string
  readonly certificate: CertificateSummary | null
  /** How that differs from what was asked for; empty when it does not, or when none was issued. */
  readonly differences: readonly CertificateDifference[]
  /** Every applicable check, failed first, then unknown, then passed. Empty once decided. */
  readonly checks: readonly CheckResult[]
}

export interface CertificateSummary {
  readonly pem: string
  readonly commonName: string
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly notBefore: string
  readonly notAfter: string
  readonly serialNumber: string
  readonly issuer: string
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
}

/** An alarm in full. */
export interface AlarmDetail extends Alarm {
  /** Name of the request. */
  readonly request: string
  readonly differences: readonly CertificateDifference[]
}

export interface MachineDetail {
  readonly machine: MachineRow
  readonly alarm: AlarmDetail | null
  readonly requests: readonly RequestDetail[]
  readonly node: Node | null
  readonly machineObject: MachineObject | null
  /** Newest first. */
  readonly timeline: readonly TimelineEntry[]
  /** Everything that holds it up, what to act on first before the rest; the row has the first. */
  readonly holds: readonly Hold[]
}
