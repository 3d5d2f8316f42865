import { type HoldCase, type HoldQuestion, holdsIf } from '#lib/csr/hold/hold-question.ts'
import { isGivenUpFor } from '#lib/csr/machine/given-up.ts'
import { isReady } from '#lib/csr/machine/node-status.ts'
import type { Verdict } from '#lib/csr/model.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isPending } from '#lib/csr/status.ts'

/** What is up to an admin. */

type Case = HoldCase<'admin'>

/** Nothing approves these by itself, whatever else is so. */
export const STOPPING: readonly Case[] = [ofVerdict('refused'), ofVerdict('suspicious')]

/** What waits here because of what was decided, or not, before. */
export const DEADLOCKS: readonly Case[] = [
  holdsIf('admin', 'approvedSuperseded', approvedSuperseded),
  holdsIf('admin', 'clientFirst', clientFirst),
]

export const UNDECIDED: readonly Case[] = [
  untouched('verified'),
  untouched('plausible'),
  holdsIf('admin', 'rebootstrapping', (question) => {
    return (
      isSound(question.told?.verdict ?? null) &&
      isRebootstrapping(question) &&
      !approvedSuperseded(question)
    )
  }),
  holdsIf('admin', 'severalServing', ({ told, facts }) => {
    if (told === null) return false
    const serving = facts.claims.filter(
      ({ kind, csr }) => kind === 'kubeletServing' && isPending(csr),
    )
    return serving.length > 1
  }),
]

function ofVerdict(verdict: Verdict): Case {
  return holdsIf('admin', verdict, ({ told }) => told?.verdict === verdict)
}

/** Nobody has decided anything about it, and nothing else tells more of why it waits. */
function untouched(verdict: 'verified' | 'plausible'): Case {
  return holdsIf('admin', verdict, (question) => {
    if (question.told?.verdict !== verdict) return false
    return !isRebootstrapping(question) && !approvedSuperseded(question)
  })
}

function isRebootstrapping({ told, facts: { node } }: HoldQuestion): boolean {
  return told?.claim.kind === 'nodeBootstrapper' && node !== null && !isReady(node)
}

/** The certificate went to a key that the kubelet had given up already. */
function approvedSuperseded({ told, facts }: HoldQuestion): boolean {
  return told !== null && facts.claims.some((claim) => isGivenUpFor(claim, told.claim))
}

/** Without its client certificate the kubelet can do nothing with a serving certificate. */
function clientFirst({ facts }: HoldQuestion): boolean {
  const waits = (kind: 'nodeBootstrapper' | 'kubeletServing') =>
    facts.claims.some(
      (claim) =>
        claim.kind === kind && isPending(claim.csr) && !facts.superseded.has(claim.csr.uid),
    )
  return waits('nodeBootstrapper') && waits('kubeletServing')
}
