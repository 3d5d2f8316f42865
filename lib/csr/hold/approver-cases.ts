import { type Automatic, automatic, type LeftBecause } from '#lib/csr/approval/automatic.ts'
import {
  APPROVER_PATIENCE,
  type HoldQuestion,
  isPast,
  type WaitingQuestion,
} from '#lib/csr/hold/hold-question.ts'
import type { Hold } from '#lib/csr/model.ts'
import { isApproverHere, whoActs } from '#lib/csr/policy/automatic-approver.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { stoppedBy } from '#lib/csr/policy/brake.ts'
import type { AutomaticPolicy } from '#lib/csr/policy/policy.ts'
import { type Because, HOLD_FINDINGS } from '#lib/csr/rows/hold-findings.ts'

/**
 * This product's approver and the pending request, judged by the approver's own function with this
 * process's view of the cluster.
 */

type Stopped = Because<'admin', 'approverStopped'>

/** The approver would approve the request and write it, if it were not stopped. */
export function approverIsStopped(question: HoldQuestion): Stopped | null {
  return isAsked(question, 'act') && wouldApprove(question) ? stopOf(question) : null
}

/** The approver only reports what it would do. */
export function approverWatches(question: HoldQuestion): Stopped | null {
  return isAsked(question, 'shadow') && wouldApprove(question) ? 'shadow' : null
}

/** Whether the approver approves the request now, and how it stands with that. */
export function approverIs(expected: 'silent' | 'deciding', question: HoldQuestion): boolean {
  if (!isAsked(question, 'act') || !wouldApprove(question)) return false
  return stopOf(question) === null && isLate(question) === (expected === 'silent')
}

/** The reason why the approver leaves the request to a person, unless the verdict says it. */
export function approverLeaves(question: HoldQuestion): Hold['values'] | null {
  const answer = isAsked(question, 'act', 'shadow') ? answerOf(question) : null
  if (answer?.act !== 'leave') return null
  const { because, check } = answer
  const codes: readonly LeftBecause[] = HOLD_FINDINGS.admin.approverLeaves.because
  if (!codes.includes(because)) return null
  return check === null ? { because } : { because, check }
}

/** The reason why the approver writes nothing for this request; null if it writes. */
function stopOf({ world, context: { policy }, awaited }: WaitingQuestion): Stopped | null {
  const { nodeName, csr } = awaited.claim
  const trip = stoppedBy(world.approver.trips, {
    node: nodeName,
    requestor: csr.requestor.username,
  })
  const state = whoActs({
    mode: policy.automatic.mode,
    isBarred: barredBy(policy, world.expected?.isListOfNames === true) !== null,
    approver: { ...world.approver, trips: trip === null ? [] : [trip] },
  })
  if (state === 'brake') return trip?.scope ?? null
  return state === 'paused' || state === 'barred' || state === 'leaderless' ? state : null
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
