import { approvedAt } from '#lib/csr/claim/claim.ts'
import {
  claimAtSigner,
  type HoldQuestion,
  isPast,
  SERVING_PATIENCE,
  SIGNER_PATIENCE,
  shortened,
} from '#lib/csr/hold/hold-question.ts'
import type { Hold } from '#lib/csr/model.ts'
import { FAILED } from '#lib/csr/names.ts'
import type { Because } from '#lib/csr/rows/hold-findings.ts'
import { isReady } from '#lib/csr/rows/node-status.ts'
import { type StageFacts, stageOf } from '#lib/csr/stage/stage.ts'
import { condition } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

/** Conditions after a decision, where the signer or the kubelet has to act. */

/** A failure is final like a denial, even if the signer has other requests to do. */
export function signerFailed({ stage, facts }: HoldQuestion): Hold['values'] | null {
  if (stage !== 'failed') return null
  for (const { csr } of facts.claims) {
    const failure = condition(csr, FAILED)
    if (failure !== null) return { message: shortened(failure.message) }
  }
  return null
}

export function nodeIsNotReady({ stage, facts: { node } }: HoldQuestion): Hold['values'] | null {
  if (stage !== 'servingIssued' || node === null || isReady(node)) return null
  const reason = node.ready?.reason ?? ''
  return reason === '' ? null : { reason: shortened(reason) }
}

export function hasNotRequested({ awaited, stage, facts }: HoldQuestion): boolean {
  return awaited === null && stage === 'clientRequested' && claimAtSigner(facts.claims) === null
}

/** The next step that does not come after the certificates were issued; null for none. */
export function kubeletIsSilent(question: HoldQuestion): Because<'kubelet', 'silent'> | null {
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
export function signerIsLate({ claims, now }: StageFacts): boolean | null {
  const claim = claimAtSigner(claims)
  return claim === null ? null : isPast(approvedAt(claim), SIGNER_PATIENCE, now)
}

export function servingIsLate({ stage, facts }: HoldQuestion): boolean {
  if (stage !== 'clientIssued') return false
  return isPast(milliseconds(stageOf(facts).since), SERVING_PATIENCE, facts.now)
}
