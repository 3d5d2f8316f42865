import { type HoldCase, type HoldQuestion, holdsIf } from '#lib/csr/hold/hold-question.ts'
import { besideMachineApprover } from '#lib/csr/hold/machine-approver-cases.ts'
import type { Verdict } from '#lib/csr/model.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isReady } from '#lib/csr/rows/node-status.ts'
import { isGivenUpFor } from '#lib/csr/stage/superseded.ts'
import { isPending } from '#lib/csr/status.ts'

/** Cases where the admin has to act. */

type Case = HoldCase<'admin'>

/** Requests that no program of ours approves. */
export const STOPPING: readonly Case[] = [ofVerdict('refused'), ofVerdict('suspicious')]

/** Requests that wait because of an earlier decision. */
export const DEADLOCKS: readonly Case[] = [
  holdsIf('admin', 'approvedSuperseded', approvedSuperseded),
  holdsIf('admin', 'clientFirst', clientFirst),
]

export const UNDECIDED: readonly Case[] = [
  untouched('verified'),
  untouched('plausible'),
  holdsIf('admin', 'rebootstrapping', (question) => {
    return (
      isSound(question.awaited?.verdict ?? null) &&
      isRebootstrapping(question) &&
      !approvedSuperseded(question)
    )
  }),
]

function ofVerdict(verdict: Verdict): Case {
  return {
    holder: 'admin',
    finding: verdict,
    when({ awaited, world }) {
      return awaited?.verdict === verdict ? besideMachineApprover(world, awaited.claim) : null
    },
  }
}

/** A request that is undecided, without a more specific reason. */
function untouched(verdict: 'verified' | 'plausible'): Case {
  return holdsIf('admin', verdict, (question) => {
    if (question.awaited?.verdict !== verdict) return false
    return !isRebootstrapping(question) && !approvedSuperseded(question)
  })
}

function isRebootstrapping({ awaited, facts: { node } }: HoldQuestion): boolean {
  return awaited?.claim.kind === 'nodeBootstrapper' && node !== null && !isReady(node)
}

/** The certificate was issued for a key that the kubelet had already dropped. */
function approvedSuperseded({ awaited, facts }: HoldQuestion): boolean {
  return awaited !== null && facts.claims.some((claim) => isGivenUpFor(claim, awaited.claim))
}

/** A kubelet without a client certificate cannot use a serving certificate. */
function clientFirst({ facts }: HoldQuestion): boolean {
  const waits = (kind: 'nodeBootstrapper' | 'kubeletServing') =>
    facts.claims.some(
      (claim) =>
        claim.kind === kind && isPending(claim.csr) && !facts.superseded.has(claim.csr.uid),
    )
  return waits('nodeBootstrapper') && waits('kubeletServing')
}
