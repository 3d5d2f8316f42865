import { approvedAt, type HoldCase, type HoldQuestion, holdsIf } from '#lib/csr/hold/question.ts'
import type { Verdict } from '#lib/csr/model.ts'
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
  ofVerdict('verified'),
  ofVerdict('plausible'),
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

/** The certificate went to a key that the kubelet had given up already. */
function approvedSuperseded({ told, facts }: HoldQuestion): boolean {
  if (told === null) return false
  const { csr, createdAt } = told.claim
  return facts.claims.some((claim) => {
    if (claim.csr.signerName !== csr.signerName || claim.createdAt >= createdAt) return false
    return (approvedAt(claim) ?? 0) > createdAt
  })
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
