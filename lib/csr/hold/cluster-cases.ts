import { approvedAt } from '#lib/csr/claim.ts'
import {
  claimAtSigner,
  type HoldCase,
  type HoldQuestion,
  holdsIf,
  isPast,
  SERVING_PATIENCE,
  SIGNER_PATIENCE,
  shortened,
} from '#lib/csr/hold/hold-question.ts'
import { isReady } from '#lib/csr/machine/node-status.ts'
import { type StageFacts, stageOf } from '#lib/csr/machine/stage.ts'
import { FAILED } from '#lib/csr/names.ts'
import { condition } from '#lib/csr/status.ts'
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
  holdsIf('kubelet', 'denied', ({ stage }) => stage === 'denied'),
  holdsIf('kubelet', 'servingNoNode', (question) => {
    const { facts, world } = question
    return servingIsLate(question) && facts.node === null && world.readable.nodes
  }),
  holdsIf('kubelet', 'servingNoAddress', (question) => {
    const { node } = question.facts
    return servingIsLate(question) && node !== null && node.addresses.length === 0
  }),
  holdsIf('kubelet', 'servingMissing', (question) => {
    const { node } = question.facts
    const hasAddress = node !== null && node.addresses.length > 0
    return servingIsLate(question) && (hasAddress || !question.world.readable.nodes)
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
  holdsIf('kubelet', 'noStatus', ({ stage, facts: { node } }) => {
    return stage === 'servingIssued' && node !== null && (node.ready?.reason ?? '') === ''
  }),
  holdsIf('kubelet', 'noNode', ({ stage, facts }) => {
    return stage === 'servingIssued' && facts.node === null
  }),
  holdsIf('kubelet', 'notRequested', (question) => {
    const { awaited, stage, facts } = question
    return awaited === null && stage === 'clientRequested' && claimAtSigner(facts.claims) === null
  }),
]

/** Null without a request at the signer. */
function signerIsLate({ claims, now }: StageFacts): boolean | null {
  const claim = claimAtSigner(claims)
  return claim === null ? null : isPast(approvedAt(claim), SIGNER_PATIENCE, now)
}

function servingIsLate({ stage, facts }: HoldQuestion): boolean {
  if (stage !== 'clientIssued') return false
  return isPast(milliseconds(stageOf(facts).since), SERVING_PATIENCE, facts.now)
}
