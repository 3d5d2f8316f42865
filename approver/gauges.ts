import type { Gauges } from '#approver/approver-metrics.ts'
import type { AnsweredRequest } from '#approver/judge.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { decidedByPolicy } from '#lib/csr/policy/decision-message.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import { decision, isPending } from '#lib/csr/status.ts'
import { milliseconds } from '#lib/csr/time.ts'

const HOUR_MS = 60 * 60 * 1000
/** Milliseconds in which another replica may still use the old policy. */
const GRACE_MS = 60_000
/**
 * Most signers with a label of their own: clients invent names. The rest is counted together,
 * kubelets' signers never.
 */
const MOST_SIGNERS = 50

type Counted = Pick<Gauges, 'pending' | 'left' | 'approvalsByOtherPolicy'>

/** Counts the current answers; `since`: when this policy came into force. */
export function countAnswers(
  answers: Iterable<AnsweredRequest>,
  policy: Policy | null,
  since: number,
  now: number,
): Counted {
  const pending = new Map<string, { count: number; oldestAt: number }>()
  const left = new Map<
    string,
    { -readonly [K in keyof Gauges['left'][number]]: Gauges['left'][number][K] }
  >()
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
    const isNamed =
      isKubeletSigner(csr.signerName) || pending.has(csr.signerName) || pending.size < MOST_SIGNERS
    const signer = isNamed ? csr.signerName : 'other'
    const known = pending.get(signer) ?? { count: 0, oldestAt: createdAt }
    known.count += 1
    known.oldestAt = Math.min(known.oldestAt, createdAt)
    pending.set(signer, known)
    // A request whose kubelet is being asked is not left to a person.
    if (answer.act === 'approve' || answer.because === 'asking') continue
    const { because, check } = answer
    const key = `${because} ${check}`
    const same = left.get(key) ?? { because, check: check ?? '', count: 0 }
    same.count += 1
    left.set(key, same)
  }
  return { pending, left: [...left.values()], approvalsByOtherPolicy }
}
