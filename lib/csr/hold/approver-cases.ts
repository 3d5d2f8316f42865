import {
  APPROVER_PATIENCE,
  type HoldCase,
  type HoldQuestion,
  holdsIf,
  isPast,
  type WaitingQuestion,
} from '#lib/csr/hold/hold-question.ts'
import { type Automatic, automatic, type LeftBecause } from '#lib/csr/policy/automatic.ts'
import { isApproverHere } from '#lib/csr/policy/automatic-approver.ts'
import { barredBy } from '#lib/csr/policy/barred.ts'
import { type BrakeScope, stoppedBy } from '#lib/csr/policy/brake.ts'
import type { AutomaticPolicy } from '#lib/csr/policy/policy.ts'

/**
 * This product's approver and the pending request, judged by the approver's own function with this
 * process's view of the cluster.
 */

type Case = HoldCase<'approver'>

/** Cases of an approver that would approve the request and write it. */
const acts = (finding: Case['finding'], applies: (question: WaitingQuestion) => boolean): Case =>
  holdsIf('approver', finding, (question) => {
    return isAsked(question, 'act') && wouldApprove(question) && applies(question)
  })

const PAUSED = acts('paused', ({ world }) => world.approver.paused === true)
const BARRED = acts('barred', ({ world, context }) => {
  return barredBy(context.policy, world.expected?.isListOfNames === true) !== null
})
const LEADERLESS = acts('leaderless', ({ world }) => world.approver.presence === 'leaderless')
const BRAKED: readonly Case[] = [
  acts('brakedTotal', (question) => brakeOf(question) === 'total'),
  acts('brakedRequestor', (question) => brakeOf(question) === 'requestor'),
  acts('brakedNode', (question) => brakeOf(question) === 'node'),
]
const STOPPED: readonly Case[] = [PAUSED, BARRED, LEADERLESS, ...BRAKED]

/** The approver acts at any moment. */
export const DECIDING = acts('deciding', (question) => !isLate(question) && isFree(question))

export const APPROVER_CASES: readonly Case[] = [
  ...STOPPED,
  acts('silent', (question) => isLate(question) && isFree(question)),
  DECIDING,
]

/** The approver only reports what it would do. */
export const APPROVER_WATCHES = holdsIf('approver', 'shadow', (question) => {
  return isAsked(question, 'shadow') && wouldApprove(question)
})

/** Why the approver leaves the request to a person, unless the verdict says so. */
export const LEFT_BY_APPROVER: readonly HoldCase<'admin'>[] = [
  leaves('leftClient', 'clients'),
  leaves('leftSecondPerson', 'secondPerson'),
  leaves('leftUnverified', 'notVerified'),
  {
    holder: 'admin',
    finding: 'leftUnknown',
    when(question) {
      const answer = isAsked(question, 'act', 'shadow') ? answerOf(question) : null
      if (answer?.act !== 'leave' || answer.because !== 'requiredUnknown') return null
      return { check: answer.check ?? '' }
    },
  },
]

function leaves(finding: HoldCase<'admin'>['finding'], because: LeftBecause): HoldCase<'admin'> {
  return holdsIf('admin', finding, (question) => {
    const answer = isAsked(question, 'act', 'shadow') ? answerOf(question) : null
    return answer?.act === 'leave' && answer.because === because
  })
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
  // An awaited request is never superseded.
  return automatic(claim, world, context, false)
}

/** Whether it approves now, or once the kubelet has answered, which takes seconds. */
function wouldApprove(question: WaitingQuestion): boolean {
  const answer = answerOf(question)
  return answer.act === 'approve' || answer.because === 'asking'
}

function brakeOf({ awaited, world }: WaitingQuestion): BrakeScope | null {
  const { nodeName, csr } = awaited.claim
  const place = { node: nodeName, requestor: csr.requestor.username }
  return stoppedBy(world.approver.trips, place)?.scope ?? null
}

function isFree(question: WaitingQuestion): boolean {
  return STOPPED.every(({ when }) => when(question) === null)
}

function isLate({ awaited, facts }: WaitingQuestion): boolean {
  return isPast(awaited.claim.createdAt, APPROVER_PATIENCE, facts.now)
}
