import { CHECK_CODES, CHECK_FACTS, type CheckFacts } from '#lib/csr/check-facts.ts'
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
import type { CheckCode } from '#lib/csr/model.ts'

/** A check of the table with its function. */
export interface Check<Code extends CheckCode = CheckCode> extends CheckFacts {
  readonly code: Code
  readonly run: (question: Question) => Answer<Code>
}

/** The check that depends on the viewer, so that lib/csr/verdict/viewer-overlay.ts adds its answer. */
export const SELF = 'requestor.self'

const RUNS: { readonly [Code in Exclude<CheckCode, typeof SELF>]: Check<Code>['run'] } = {
  'request.faithful': requestFaithful,
  'request.extensions': requestExtensions,
  'request.signature': requestSignature,
  'subject.commonName': subjectCommonName,
  'subject.nodeName': subjectNodeName,
  'subject.organization': subjectOrganization,
  usages,
  'sans.kinds': sansKinds,
  'requestor.bootstrapper': requestorBootstrapper,
  'requestor.node': requestorNode,
  'node.new': nodeNew,
  'node.known': nodeKnown,
  'sans.foreign': sansForeign,
  'sans.reserved': sansReserved,
  'sans.owned': sansOwned,
  'identity.machine': identityMachine,
  'identity.requestor': identityRequestor,
  'identity.expected': identityExpected,
  'identity.liveCertificate': identityLiveCertificate,
  'policy.addresses': policyAddresses,
  'policy.names': policyNames,
  'policy.serving': policyServing,
  'policy.expiration': policyExpiration,
  'policy.rules': policyRules,
  'key.strength': keyStrength,
  'key.reuse': keyReuse,
  'machine.alarm': machineAlarm,
  'machine.denial': machineDenial,
  'name.confusable': nameConfusable,
  'node.localhost': nodeLocalhost,
  'signer.inScope': signerInScope,
}

/** All checks that need no viewer, in the order in which they are shown. */
export const CHECKS: readonly Check[] = CHECK_CODES.flatMap((code) =>
  code === SELF ? [] : { ...CHECK_FACTS[code], code, run: RUNS[code] },
)
