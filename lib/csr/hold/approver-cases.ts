import { type Automatic, automatic } from '#lib/csr/approval/automatic.ts'
import { type Because, HOLD_FINDINGS } from '#lib/csr/hold/hold-findings.ts'
import {
  APPROVER_PATIENCE,
  type HoldCase,
  type HoldQuestion,
  holdsBecause,
  holdsIf,
  isPast,
  type WaitingQuestion,
} from '#lib/csr/hold/hold-question.ts'
import { isApproverHere } from '#lib/csr/policy/automatic-approver.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { stoppedBy } from '#lib/csr/policy/brake.ts'
import type { AutomaticPolicy } from '#lib/csr/policy/policy.ts'

/**
 * This product's approver and the pending request, judged by the approver's own function with this
 * process's view of the cluster.
 */

type Stopped = Because<'admin', 'approverStopped'>

export const APPROVER_CASES: readonly HoldCase[] = [
  holdsBecause('admin', 'approverStopped', (question) => {
    return isAsked(question, 'act') && wouldApprove(question) ? stopOf(question) : null
  }),
  acts('silent', isLate),
  acts('deciding', (question) => !isLate(question)),
]

/** The approver only reports what it would do. */
export const APPROVER_WATCHES = holdsBecause('admin', 'approverStopped', (question) => {
  return isAsked(question, 'shadow') && wouldApprove(question) ? 'shadow' : null
})

/** The reason why the approver leaves the request to a person, unless the verdict says it. */
export const LEFT_BY_APPROVER: HoldCase<'admin'> = {
  holder: 'admin',
  finding: 'approverLeaves',
  when(question) {
    const answer = isAsked(question, 'act', 'shadow') ? answerOf(question) : null
    if (answer?.act !== 'leave') return null
    const { because, check } = answer
    const codes: readonly string[] = HOLD_FINDINGS.admin.approverLeaves
    if (!codes.includes(because)) return null
    return check === null ? { because } : { because, check }
  },
}

/** A case of an approver that approves the request and writes it. */
function acts(
  finding: 'silent' | 'deciding',
  applies: (question: WaitingQuestion) => boolean,
): HoldCase<'approver'> {
  return holdsIf('approver', finding, (question) => {
    if (!isAsked(question, 'act') || !wouldApprove(question)) return false
    return stopOf(question) === null && applies(question)
  })
}

/** The reason why the approver writes nothing although it would approve; null if it writes. */
function stopOf(question: WaitingQuestion): Exclude<Stopped, 'shadow'> | null {
  const { world, context, awaited } = question
  const { approver, expected } = world
  if (approver.paused === true) return 'paused'
  if (barredBy(context.policy, expected?.isListOfNames === true) !== null) return 'barred'
  if (approver.presence === 'leaderless') return 'leaderless'
  const { nodeName, csr } = awaited.claim
  const place = { node: nodeName, requestor: csr.requestor.username }
  return stoppedBy(approver.trips, place)?.scope ?? null
}

function isAsked(
  question: HoldQuestion,
  ...modes: readonly AutomaticPolicy['mode'][]
): question is WaitingQuestion {
  const { awaited, world, context } = question
  return (
    awaited !== null &&
    isApproverHere(world.approver) &&
    modes.includes(context.policy.automatic.mode)
  )
}

function answerOf({ awaited: { claim }, world, context }: WaitingQuestion): Automatic {
  // An awaited request is never superseded. The approver's own name is not known here.
  return automatic(claim, world, context, false, null)
}

/** Whether the approver approves now, or once the kubelet has answered, which takes seconds. */
function wouldApprove(question: WaitingQuestion): boolean {
  const answer = answerOf(question)
  return answer.act === 'approve' || answer.because === 'asking'
}

function isLate({ awaited, facts }: WaitingQuestion): boolean {
  return isPast(awaited.claim.createdAt, APPROVER_PATIENCE, facts.now)
}
