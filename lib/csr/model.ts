/**
 * The cluster's objects as we keep them, and the words in which they are judged; what is derived
 * from them for a page is in lib/csr/machine/rows.ts. All timestamps are RFC 3339 text in UTC as the API server sent them, all durations seconds.
 */

import type { ReadingProblem } from '#lib/csr/reading/reading-problems.ts'

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
  readonly cut?: CutFields
  /** Of one that is too large to be read: `request` is its beginning, this is of the whole. */
  readonly oversized?: { readonly fingerprint: string; readonly bytes: number }
}

/**
 * Fields of which less is kept than the cluster has, by their path; absent where there is none. A cut name
 * is another name than any that is whole; of a cut list the rest is not known.
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
  /** By the clock of whoever wrote it, as kubectl does; else the API server's. */
  readonly lastUpdateTime: string | null
  /** By the API server's clock, where whoever wrote it has set none, as kubectl has not. */
  readonly lastTransitionTime?: string | null
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
  /** Its instance at the provider; null for none. The API server lets nobody change it once it is set. */
  readonly providerID: string | null
  /** Where its kubelet listens; 10250 unless it says otherwise. */
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
export interface MachineObject {
  readonly uid: string
  readonly apiGroup: string
  readonly namespace: string
  readonly name: string
  /**
   * Of Cluster API: the cluster that it is a machine of, as `<namespace>/<name>`, '' for one that
   * cannot be told. Null for OpenShift's, which are all of the cluster that holds them.
   */
  readonly cluster: string | null
  readonly resourceVersion: string
  readonly createdAt: string
  readonly deletedAt: string | null
  readonly phase: string | null
  readonly role: string | null
  /** As a Node has it. */
  readonly providerID: string | null
  readonly nodeRef: { readonly name: string; readonly uid: string | null } | null
  readonly addresses: readonly NodeAddress[]
  readonly cut?: CutFields
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

/** An issued certificate, as far as it is shown. */
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
  'machine.denial',
  'name.confusable',
  'node.localhost',
  'requestor.self',
  'signer.inScope',
] as const

export type CheckCode = (typeof CHECK_CODES)[number]
export type CheckOutcome = 'pass' | 'fail' | 'unknown'
/** Best first. */
export const VERDICTS = ['verified', 'plausible', 'suspicious', 'refused'] as const
export type Verdict = (typeof VERDICTS)[number]

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
