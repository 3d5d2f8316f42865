import type { Claim } from '#lib/csr/claim/claim.ts'
import {
  APPROVER_PATIENCE,
  type HoldQuestion,
  isPast,
  shortened,
  type WaitingQuestion,
} from '#lib/csr/hold/hold-question.ts'
import { type RulesAnswer, rulesOn } from '#lib/csr/hold/machine-approver-rules.ts'
import { answersRequestor } from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Hold } from '#lib/csr/model.ts'
import { NODE_BOOTSTRAPPER } from '#lib/csr/names.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import type { Because } from '#lib/csr/rows/hold-findings.ts'
import type { World } from '#lib/csr/world/world.ts'

/**
 * Findings about OpenShift's machine-approver and the pending request: the state that is seen now,
 * and no forecast. The machine-approver makes none of our checks.
 */

export function machineApproverIsBraked(question: HoldQuestion): boolean {
  return isAnswered(question) && isBraked(question)
}

export function machineApproverIgnores(question: HoldQuestion): boolean {
  return isThere(question) && isOfAKind(question) && !isAnswered(question)
}

export function machineApproverIsOff(question: HoldQuestion): boolean {
  return isAnswered(question) && isOff(question)
}

export function brokenRule(question: HoldQuestion): Because<'admin', 'machineApproverRule'> | null {
  const answer = answerTo(question)
  return answer?.says === 'breaks' ? answer.because : null
}

export function machineApproverIsSilent(question: HoldQuestion): Hold['values'] | null {
  const work = workOn(question)
  if (work === 'quiet') return { because: work }
  if (work !== 'unavailable') return null
  return { because: work, message: shortened(question.world.machineApprover.message) }
}

const BESIDE: Hold['values'] = { beside: 'machineApprover' }

/** Values of a sentence that holds a request back, which the machine-approver may approve. */
export function besideMachineApprover(world: World, claim: Claim | undefined): Hold['values'] {
  const runs = world.machineApprover.presence === 'present'
  return runs && claim !== undefined && answersRequestor(claim.csr) ? BESIDE : {}
}

/** A source that its answer depends on, and that Countersign does not see. */
export function unseen(question: HoldQuestion): Because<'admin', 'machineApproverUnseen'> | null {
  const { awaited, world } = question
  // Only OpenShift has this requestor.
  const isOpenShift = awaited?.claim.csr.requestor.username === NODE_BOOTSTRAPPER
  if (world.machineApprover.presence === 'unknown' && isOpenShift) return 'presence'
  if (!isAnswered(question) || isBraked(question) || isOff(question)) return null
  const answer = answerTo(question)
  if (answer?.says === 'unseen') return answer.because
  if (answer?.says !== 'fits' || !isClient(question)) return null
  const { clients } = world.machineApprover
  return clients === 'unknown' ? 'config' : clients === 'changed' ? 'configChanged' : null
}

/** The machine-approver's work on a request that fits its rules; null for any other request. */
export function workOn(
  question: HoldQuestion,
): Because<'admin', 'machineApproverSilent'> | 'backlog' | 'handles' | null {
  if (!isAnswered(question) || !isSound(question.awaited.verdict)) return null
  if (isBraked(question) || isOff(question) || answerTo(question)?.says !== 'fits') return null
  if (unseen(question) !== null) return null
  const { awaited, world, facts } = question
  const isLate = isPast(awaited.claim.createdAt, APPROVER_PATIENCE, facts.now)
  if (isLate && world.isMachineApproverAtWork(facts.now)) return 'backlog'
  if (!world.machineApprover.available) return 'unavailable'
  return isLate ? 'quiet' : 'handles'
}

function answerTo(question: HoldQuestion): RulesAnswer | null {
  if (!isAnswered(question)) return null
  return rulesOn(question.awaited.claim, question.world, question.facts.now)
}

function isThere(question: HoldQuestion): question is WaitingQuestion {
  return question.awaited !== null && question.world.machineApprover.presence === 'present'
}

function isAnswered(question: HoldQuestion): question is WaitingQuestion {
  return isThere(question) && isOfAKind(question) && answersRequestor(question.awaited.claim.csr)
}

/**
 * Whether the machine-approver answers requests of this kind: kube-controller-manager approves a
 * node's renewal of its client certificate.
 */
function isOfAKind({ awaited: { claim } }: WaitingQuestion): boolean {
  return claim.kind === 'nodeBootstrapper' || claim.kind === 'kubeletServing'
}

function isClient({ awaited }: WaitingQuestion): boolean {
  return awaited.claim.kind === 'nodeBootstrapper'
}

function isBraked({ world, facts }: WaitingQuestion): boolean {
  return world.brake(facts.now).state === 'tripped'
}

function isOff(question: WaitingQuestion): boolean {
  return isClient(question) && question.world.machineApprover.clients === 'off'
}
