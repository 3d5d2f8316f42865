import type { HoldQuestion } from '#lib/csr/hold/hold-question.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isReady } from '#lib/csr/rows/node-status.ts'
import { isGivenUpFor } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'

/** Conditions of undecided requests, without the programs that approve. */

/** A sound request that is undecided, without a more specific reason. */
export function isUntouched(verdict: 'verified' | 'plausible', question: HoldQuestion): boolean {
  if (question.awaited?.verdict !== verdict) return false
  return !isRebootstrapping(question) && !isSupersededApproved(question)
}

export function waitsToRebootstrap(question: HoldQuestion): boolean {
  const { awaited } = question
  return (
    isSound(awaited?.verdict ?? null) &&
    isRebootstrapping(question) &&
    !isSupersededApproved(question)
  )
}

function isRebootstrapping({ awaited, facts: { node } }: HoldQuestion): boolean {
  return awaited?.claim.kind === 'nodeBootstrapper' && node !== null && !isReady(node)
}

/** The certificate was issued for a key that the kubelet had already dropped. */
export function isSupersededApproved({ awaited, facts }: HoldQuestion): boolean {
  return awaited !== null && facts.claims.some((claim) => isGivenUpFor(claim, awaited.claim))
}

/** A kubelet without a client certificate cannot use a serving certificate. */
export function bothCertificatesWait({ facts }: HoldQuestion): boolean {
  const waits = (kind: 'nodeBootstrapper' | 'kubeletServing') =>
    facts.claims.some(
      (claim) =>
        claim.kind === kind && isPending(claim.csr) && !facts.superseded.has(claim.csr.uid),
    )
  return waits('nodeBootstrapper') && waits('kubeletServing')
}
