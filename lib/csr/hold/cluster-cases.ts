import { approvedAt } from '#lib/csr/claim/claim.ts'
import type { Because } from '#lib/csr/hold/hold-findings.ts'
import {
  claimAtSigner,
  type HoldCase,
  type HoldQuestion,
  holdsBecause,
  holdsIf,
  isPast,
  SERVING_PATIENCE,
  SIGNER_PATIENCE,
  shortened,
} from '#lib/csr/hold/hold-question.ts'
import { besideMachineApprover } from '#lib/csr/hold/machine-approver-cases.ts'
import { FAILED } from '#lib/csr/names.ts'
import { isReady } from '#lib/csr/rows/node-status.ts'
import { type StageFacts, stageOf } from '#lib/csr/stage/stage.ts'
import { condition, isDenied } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** Cases after a decision, where the signer or the kubelet has to act. */

/** A failure is final like a denial, even if the signer has other requests to do. */
export const FAILED_AT_SIGNER: HoldCase<'kubelet'> = {
  holder: 'kubelet',
  finding: 'failed',
  when({ stage, facts }) {
    if (stage !== 'failed') return null
    for (const { csr } of facts.claims) {
      const failure = condition(csr, FAILED)
      if (failure !== null) return { message: shortened(failure.message) }
    }
    return null
  },
}

export const SIGNER_CASES: readonly HoldCase<'signer'>[] = [
  holdsIf('signer', 'silent', ({ facts }) => signerIsLate(facts) === true),
  holdsIf('signer', 'issuing', ({ facts }) => signerIsLate(facts) === false),
]

export const KUBELET_CASES: readonly HoldCase<'kubelet'>[] = [
  {
    holder: 'kubelet',
    finding: 'denied',
    when({ stage, facts, world }) {
      if (stage !== 'denied') return null
      return besideMachineApprover(
        world,
        facts.claims.find(({ csr }) => isDenied(csr)),
      )
    },
  },
  holdsBecause('kubelet', 'silent', silence),
  holdsIf('kubelet', 'noAddress', (question) => {
    return servingIsLate(question) && question.facts.node?.addresses.length === 0
  }),
  holdsIf('kubelet', 'servingNext', (question) => {
    return question.stage === 'clientIssued' && !servingIsLate(question)
  }),
  {
    holder: 'kubelet',
    finding: 'notReady',
    when({ stage, facts: { node } }) {
      if (stage !== 'servingIssued' || node === null || isReady(node)) return null
      const reason = node.ready?.reason ?? ''
      return reason === '' ? null : { reason: shortened(reason) }
    },
  },
  holdsIf('kubelet', 'notRequested', (question) => {
    const { awaited, stage, facts } = question
    return awaited === null && stage === 'clientRequested' && claimAtSigner(facts.claims) === null
  }),
]

/** The next step that does not come after the certificates were issued; null for none. */
function silence(question: HoldQuestion): Because<'kubelet', 'silent'> | null {
  const { node } = question.facts
  if (servingIsLate(question)) {
    if (node === null) return question.world.readable.nodes ? 'noNode' : 'noServing'
    return node.addresses.length > 0 ? 'noServing' : null
  }
  if (question.stage !== 'servingIssued') return null
  if (node === null) return 'noNode'
  return (node.ready?.reason ?? '') === '' ? 'noStatus' : null
}

/**
 * Whether the signer has had the request for longer than `SIGNER_PATIENCE`; null without a request.
 */
function signerIsLate({ claims, now }: StageFacts): boolean | null {
  const claim = claimAtSigner(claims)
  return claim === null ? null : isPast(approvedAt(claim), SIGNER_PATIENCE, now)
}

function servingIsLate({ stage, facts }: HoldQuestion): boolean {
  if (stage !== 'clientIssued') return false
  return isPast(milliseconds(stageOf(facts).since), SERVING_PATIENCE, facts.now)
}
