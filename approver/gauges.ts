import type { Gauges } from '#lib/act/approver-metrics.ts'
import type { AnsweredRequest } from '#lib/cluster/automatic-answers.ts'
import { decidedByPolicy } from '#lib/csr/policy/decision-message.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { decision, isPending } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { HOUR_MS } from '#lib/csr/units-of-time.ts'
import { addPending, type PendingRequests } from '#lib/metrics/pending-requests.ts'

/** Milliseconds in which another replica may still use the old policy. */
const GRACE_MS = 60_000
/** Counts the current answers; `since`: when this policy came into force. */
export function countAnswers(
  answers: Iterable<AnsweredRequest>,
  policy: Policy | null,
  since: number,
  now: number,
): Pick<Gauges, 'pending' | 'left' | 'approvalsByOtherPolicy'> {
  const pending = new Map<string, PendingRequests>()
  const left = new Map<string, Gauges['left'][number]>()
  let approvalsByOtherPolicy = 0
  for (const { claim, answer } of answers) {
    const { csr, createdAt } = claim
    if (!isPending(csr)) {
      const approved = decision(csr)
      const by = approved === null ? null : decidedByPolicy(approved)
      const at = milliseconds(approved?.lastUpdateTime ?? null) ?? 0
      const late = at > now - HOUR_MS && at > since + GRACE_MS
      if (by !== null && late && by.generation !== policy?.generation) approvalsByOtherPolicy += 1
      continue
    }
    addPending(pending, csr.signerName, createdAt)
    // A request whose kubelet is being asked is not left to a person.
    if (answer.act === 'approve' || answer.because === 'asking') continue
    const { because, check } = answer
    const key = `${because} ${check}`
    const count = (left.get(key)?.count ?? 0) + 1
    left.set(key, { because, check: check ?? '', count })
  }
  return { pending, left: [...left.values()], approvalsByOtherPolicy }
}
