import type { TabledCode } from '#lib/csr/checks/check-findings.ts'
import type { Answer, Question } from '#lib/csr/checks/check-question.ts'
import { identityExpected } from '#lib/csr/checks/identity/expected-check.ts'
import { identityMachine, identityRequestor } from '#lib/csr/checks/identity/identity-checks.ts'
import { identityLiveCertificate } from '#lib/csr/checks/identity/live-certificate-check.ts'
import { machineAlarm, machineDenial } from '#lib/csr/checks/machine-checks.ts'
import { nodeKnown, nodeLocalhost, nodeNew } from '#lib/csr/checks/node-checks.ts'
import { keyReuse } from '#lib/csr/checks/request/key-checks.ts'
import {
  keyStrength,
  policyAddresses,
  policyExpiration,
  policyNames,
  policyServing,
} from '#lib/csr/checks/request/limit-checks.ts'
import {
  requestExtensions,
  requestFaithful,
  requestSignature,
  sansKinds,
  subjectCommonName,
  subjectNodeName,
  subjectOrganization,
  usages,
} from '#lib/csr/checks/request/request-checks.ts'
import {
  requestorBootstrapper,
  requestorNode,
  signerInScope,
} from '#lib/csr/checks/request/requestor-checks.ts'
import { policyRules } from '#lib/csr/checks/request/rule-checks.ts'
import { nameConfusable } from '#lib/csr/checks/sans/name-checks.ts'
import { sansForeign, sansOwned, sansReserved } from '#lib/csr/checks/sans/sans-checks.ts'
import type { RequestKind } from '#lib/csr/claim/claim.ts'
import type { CheckCode } from '#lib/csr/model.ts'

/** One row of the table in the docs: the check, the kinds it applies to, and what a fail means. */
export interface Check<Code extends TabledCode = TabledCode> {
  readonly code: Code
  readonly appliesTo: readonly RequestKind[]
  readonly severity: 'refused' | 'suspicious'
  /** Whether the answer depends on the request and the policy alone, so that it never changes. */
  readonly lasting: boolean
  readonly run: (question: Question) => Answer<Code>
}

const CLIENT: readonly RequestKind[] = ['nodeBootstrapper', 'selfNodeClient']
const BOOTSTRAP: readonly RequestKind[] = ['nodeBootstrapper']
const RENEWAL: readonly RequestKind[] = ['selfNodeClient']
const SERVING: readonly RequestKind[] = ['kubeletServing']
const KUBELET: readonly RequestKind[] = [...CLIENT, ...SERVING]
const MACHINE: readonly RequestKind[] = [...BOOTSTRAP, ...SERVING]
const ALL: readonly RequestKind[] = [...KUBELET, 'other']

/**
 * All checks that need no viewer, in the order in which they are shown. Adding a check is adding a
 * row. `requestor.self` is added for each viewer (lib/csr/verdict/viewer-overlay.ts).
 */
export const CHECKS: readonly Check[] = [
  refuse('request.faithful', ALL, requestFaithful),
  suspect('request.extensions', KUBELET, requestExtensions),
  refuse('request.signature', ALL, requestSignature),
  refuse('subject.commonName', ALL, subjectCommonName),
  refuse('subject.nodeName', KUBELET, subjectNodeName),
  refuse('subject.organization', KUBELET, subjectOrganization),
  refuse('usages', KUBELET, usages),
  refuse('sans.kinds', KUBELET, sansKinds),
  suspect('requestor.bootstrapper', CLIENT, requestorBootstrapper),
  suspect('requestor.node', SERVING, requestorNode),
  compare('node.new', BOOTSTRAP, nodeNew),
  compare('node.known', SERVING, nodeKnown),
  // `sans.foreign` comes first: naming the holder says more than "not its own".
  compare('sans.foreign', SERVING, sansForeign),
  compare('sans.reserved', SERVING, sansReserved),
  compare('sans.owned', SERVING, sansOwned),
  compare('identity.machine', MACHINE, identityMachine),
  compare('identity.requestor', RENEWAL, identityRequestor),
  compare('identity.expected', MACHINE, identityExpected),
  compare('identity.liveCertificate', SERVING, identityLiveCertificate),
  suspect('policy.addresses', SERVING, policyAddresses),
  suspect('policy.names', SERVING, policyNames),
  compare('policy.serving', CLIENT, policyServing),
  suspect('policy.expiration', KUBELET, policyExpiration),
  compare('policy.rules', KUBELET, policyRules),
  suspect('key.strength', ALL, keyStrength),
  compare('key.reuse', ALL, keyReuse),
  compare('machine.alarm', KUBELET, machineAlarm),
  compare('machine.denial', KUBELET, machineDenial),
  compare('name.confusable', ALL, nameConfusable),
  suspect('node.localhost', KUBELET, nodeLocalhost),
  suspect('signer.inScope', ALL, signerInScope),
]

/**
 * Checks whose answer depends on the policy. The other answers hold under any policy, so a policy
 * can be tried on past requests (lib/csr/approval/forecast.ts).
 */
export const POLICY_BOUND: ReadonlySet<CheckCode> = new Set<CheckCode>([
  'requestor.bootstrapper',
  'node.new',
  'identity.expected',
  'policy.addresses',
  'policy.names',
  'policy.serving',
  'policy.expiration',
  'policy.rules',
  'signer.inScope',
])

type Run<Code extends TabledCode> = (question: Question) => Answer<Code>
type Kinds = readonly RequestKind[]

/** A check of the request alone; a fail means that this product never approves it. */
function refuse<Code extends TabledCode>(code: Code, appliesTo: Kinds, run: Run<Code>) {
  return { code, appliesTo, severity: 'refused', lasting: true, run } as const
}

/** A check of the request alone; a fail is suspicious. */
function suspect<Code extends TabledCode>(code: Code, appliesTo: Kinds, run: Run<Code>) {
  return { code, appliesTo, severity: 'suspicious', lasting: true, run } as const
}

/**
 * A check against the world as it is now. One that `isConfirming` names asks an independent source.
 */
function compare<Code extends TabledCode>(code: Code, appliesTo: Kinds, run: Run<Code>) {
  return { code, appliesTo, severity: 'suspicious', lasting: false, run } as const
}
