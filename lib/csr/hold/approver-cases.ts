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
 * What this product's own approver would do with the request that waits, where it runs: asked the
 * way it asks itself, with this process's view of the cluster.
 */

type Case = HoldCase<'approver'>

/** It would approve this, and would write it. */
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

/** Its move, and any moment now. */
export const DECIDING = acts('deciding', (question) => !isLate(question) && isFree(question))

export const APPROVER_CASES: readonly Case[] = [
  ...STOPPED,
  acts('silent', (question) => isLate(question) && isFree(question)),
  DECIDING,
]

/** It does nothing, whatever it thinks of it. */
export const APPROVER_WATCHES = holdsIf('approver', 'shadow', (question) => {
  return isAsked(question, 'shadow') && wouldApprove(question)
})

/** Why it leaves the request to a person, where the verdict alone does not say it. */
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
  const { told, world, context } = question
  return (
    told !== null && isApproverHere(world.approver) && modes.includes(context.policy.automatic.mode)
  )
}

function answerOf({ told: { claim }, world, context }: WaitingQuestion): Automatic {
  // What is told of a machine is what nothing supersedes.
  return automatic(claim, world, context, false)
}

/** Now, or as soon as the kubelet has answered, which takes it some seconds at most. */
function wouldApprove(question: WaitingQuestion): boolean {
  const answer = answerOf(question)
  return answer.act === 'approve' || answer.because === 'asking'
}

function brakeOf({ told, world }: WaitingQuestion): BrakeScope | null {
  const { nodeName, csr } = told.claim
  const place = { node: nodeName, requestor: csr.requestor.username }
  return stoppedBy(world.approver.trips, place)?.scope ?? null
}

function isFree(question: WaitingQuestion): boolean {
  return STOPPED.every(({ when }) => when(question) === null)
}

function isLate({ told, facts }: WaitingQuestion): boolean {
  return isPast(told.claim.createdAt, APPROVER_PATIENCE, facts.now)
}
