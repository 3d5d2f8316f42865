/**
 * The cluster's objects as stored, and the vocabulary of their judgement; derived rows are in
 * lib/csr/rows/rows.ts. Timestamps are the API server's RFC 3339 text in UTC, durations seconds.
 */

import type { CheckCode, CheckOutcome } from '#lib/csr/check-facts.ts'
import type { Decider } from '#lib/csr/decider.ts'
import type { ReadingProblem } from '#lib/csr/problem-codes.ts'

// ── Objects, projected on arrival (lib/kube/objects/project.ts is the only door) ─────────────────────

/** The fields that identify an object and its version. */
export interface StoredObject {
  readonly uid: string
  readonly name: string
  readonly resourceVersion: string
}

/** A CertificateSigningRequest. Everything inside `request` is only the requestor's claim. */
export interface Csr extends StoredObject {
  readonly createdAt: string
  readonly signerName: string
  /** The requestor as the API server stamps it, so it can be trusted. */
  readonly requestor: Requestor
  readonly usages: readonly string[]
  readonly expirationSeconds: number | null
  /** `spec.request` unchanged: base64 of the PEM text. */
  readonly request: string
  readonly conditions: readonly CsrCondition[]
  /** `status.certificate`, base64 of PEM, once issued. */
  readonly certificate: string | null
  /**
   * A proposal's note by the first person. Anyone with the right to update requests can change it.
   */
  readonly note?: string
  readonly cut?: CutFields
  /** Fingerprint and size of a request too large to read; `request` is its beginning. */
  readonly oversized?: { readonly fingerprint: string; readonly bytes: number }
}

/**
 * Paths of fields that were cut when they were stored; absent without any. A cut name never equals
 * a whole one; the rest of a cut list is unknown.
 */
export type CutFields = readonly string[]

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
  /**
   * Time by the writer's clock if the writer sets it (kubectl does), otherwise by the API server's.
   */
  readonly lastUpdateTime: string | null
  /** Time by the API server's clock, unless the writer sets it (kubectl does not). */
  readonly lastTransitionTime?: string | null
}

export interface NodeAddress {
  /** `InternalIP`, `ExternalIP`, `Hostname`, `InternalDNS`, `ExternalDNS` or something newer. */
  readonly type: string
  readonly address: string
}

export interface Node extends StoredObject {
  readonly createdAt: string
  readonly deletedAt: string | null
  /** Sorted as kubectl prints them; empty means `<none>`. */
  readonly roles: readonly string[]
  readonly version: string
  readonly addresses: readonly NodeAddress[]
  /**
   * The instance at the provider; null for none. The API server lets no client change it once set.
   */
  readonly providerID: string | null
  /**
   * The Cluster API Machine that the Node's annotations name. Cluster API writes them; the node's
   * kubelet may.
   */
  readonly clusterApiMachine: {
    readonly namespace: string
    readonly cluster: string
    readonly name: string
  } | null
  /** The kubelet's port; 10250 if the Node has none. */
  readonly kubeletPort: number
  readonly ready: ReadyCondition | null
  readonly unschedulable: boolean
  readonly taints: readonly string[]
  readonly cut?: CutFields
}

export interface ReadyCondition {
  /** `True`, `False` or `Unknown`. */
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly since: string | null
}

/** A Machine of `machine.openshift.io` or `cluster.x-k8s.io`. */
export interface MachineObject extends StoredObject {
  readonly apiGroup: string
  readonly namespace: string
  /**
   * Cluster of a Cluster API Machine as `<namespace>/<name>`, '' if unknown. Null for OpenShift's
   * Machines.
   */
  readonly cluster: string | null
  readonly createdAt: string
  readonly deletedAt: string | null
  readonly phase: string | null
  readonly role: string | null
  /** The instance at the provider, as in a Node. */
  readonly providerID: string | null
  readonly nodeRef: { readonly name: string; readonly uid: string | null } | null
  readonly addresses: readonly NodeAddress[]
  readonly cut?: CutFields
}

/** A `config.openshift.io` ClusterOperator. */
export interface ClusterOperator extends StoredObject {
  readonly available: boolean
  /** The operator's message when unavailable or degraded. */
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
  /** Whether a kubelet may ask for this extension with this value. */
  readonly allowed: boolean
  /** The value in words (`CA:FALSE`, `digitalSignature, keyEncipherment`), otherwise in hex. */
  readonly value: string
}

export interface PublicKeyInfo {
  /** `RSA`, `ECDSA`, `Ed25519`, or the OID. */
  readonly algorithm: string
  /** `2048`, `P-256`; '' without a parameter. */
  readonly parameter: string
  /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
  readonly fingerprint: string
}

/**
 * The strict reader's answer; it never throws. `problems`: why the request cannot be shown
 * faithfully. `x509cr` with problems is for display only, never for trust.
 */
export interface RequestReading {
  /** SHA-256 of the decoded `spec.request` (the PEM bytes), lower-case hex. */
  readonly fingerprint: string
  readonly faithful: boolean
  readonly problems: readonly ReadingProblem[]
  readonly x509cr: X509CertificateRequest | null
}

/** The shown fields of an issued certificate. */
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

// ── Checks and verdict ───────────────────────────────────────────────────────────────────────

export type { CheckCode, CheckOutcome }
/** Verdicts, the best first. */
export const VERDICTS = ['verified', 'plausible', 'suspicious', 'refused'] as const
export type Verdict = (typeof VERDICTS)[number]

/**
 * A check's result. `<code>` and `<finding>` name the sentence and the remedy in the message
 * catalogue, `values` are the sentence's values.
 */
export interface CheckResult extends Reason {
  readonly outcome: CheckOutcome
  readonly expected: readonly string[]
  readonly observed: readonly Observed[]
}

/** A value of the request or the cluster, and the check's outcome for it. */
export interface Observed {
  /** Label: `DNS`, `IP`, `CN`, `O`, `group`, `usage`, … or '' for none. */
  readonly kind: string
  readonly value: string
  readonly outcome: CheckOutcome
  /** The other node that has the value, shown as a link; null for none. */
  readonly heldBy: string | null
}

/**
 * The reason why a machine waits, and the party that has to act. The message catalogue has a
 * sentence for each finding. `values` hold nothing of one machine, so a thousand share one object.
 */
export interface Hold {
  readonly holder: Holder
  readonly finding: string
  readonly values: Readonly<Record<string, string>>
}

export const HOLDERS = [
  /** Undecided: an admin has to act. */
  'admin',
  'machineApprover',
  /** This product's automatic approver. */
  'approver',
  'signer',
  'kubelet',
] as const
export type Holder = (typeof HOLDERS)[number]

/** `issuedOtherwise` holds back all requests of its machine; `approvedAgainst` is only shown. */
export const ALARM_KINDS = ['issuedOtherwise', 'approvedAgainst'] as const
export type AlarmKind = (typeof ALARM_KINDS)[number]

interface AlarmHead {
  /** Uid and name of the request, which may be deleted by now. */
  readonly uid: string
  readonly request: string
  /** The machine of the request; null for a request that names none. */
  readonly machine: string | null
  /** Since when this process knows the alarm; null until it is dated. */
  readonly since: string | null
}

/** A certificate that differs from the approved request. */
export interface IssuedOtherwiseAlarm extends AlarmHead {
  readonly kind: 'issuedOtherwise'
  /**
   * Kinds of differences in the order in which they are shown: `commonName`, `dnsNames`, `key`, …
   */
  readonly differs: readonly string[]
}

/** A request that was approved although a check had failed, by any person or program. */
export interface ApprovedAgainstAlarm extends AlarmHead {
  readonly kind: 'approvedAgainst'
  /** The verdict right before the approval. */
  readonly verdict: Extract<Verdict, 'suspicious' | 'refused'>
  readonly failing: readonly CheckCode[]
  readonly reason: Reason | null
  /** The decider as the condition says, which every person with the right to approve can write. */
  readonly decider: Decider | null
  readonly decidedBy: string | null
}

/** An alarm of a request, shown until a person dismisses it. */
export type Alarm = IssuedOtherwiseAlarm | ApprovedAgainstAlarm

/** One difference between a certificate and its request. */
export interface CertificateDifference {
  readonly what: string
  /** The first 50 values, where there are more. Those that differ come first. */
  readonly asked: readonly string[]
  readonly issued: readonly string[]
  /** Number of further values; absent where every value is listed. */
  readonly unlisted?: { readonly asked: number; readonly issued: number } | undefined
}

/** The reason a list shows: the first failing check, or what confirmed the machine. */
export interface Reason {
  readonly code: CheckCode
  readonly finding: string
  readonly values: Readonly<Record<string, string>>
}

/** State of one kind of object that is read from the API server. */
export type SourceState =
  /** The source has given no list yet. */
  | 'connecting'
  | 'live'
  /** The source was live; the connection is lost and retried. */
  | 'reconnecting'
  /** The source was live; nothing was heard for 30 s. */
  | 'stale'
  | 'forbidden'
  | 'unauthorized'
  /** The source has given no list yet, and the API server is unreachable. */
  | 'unreachable'
  /**
   * The source has more objects than are followed; what is not followed is counted in `leftOut`.
   */
  | 'tooMany'
  /** The cluster lacks this API: a capability is off, which is no error. */
  | 'absent'
