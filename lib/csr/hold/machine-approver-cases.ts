import { internalDnsNames } from '#lib/csr/addresses/addresses.ts'
import type { Claim } from '#lib/csr/claim.ts'
import type { Because } from '#lib/csr/hold/hold-findings.ts'
import {
  APPROVER_PATIENCE,
  type HoldCase,
  type HoldQuestion,
  holdsBecause,
  shortened,
  type WaitingQuestion,
} from '#lib/csr/hold/hold-question.ts'
import { isFromBootstrapper } from '#lib/csr/machine-approver/machine-approver-brake.ts'
import { machineHasSan, renewsItself } from '#lib/csr/machine-approver/machine-approver-evidence.ts'
import {
  isInWindow,
  type MachineApprover,
} from '#lib/csr/machine-approver/machine-approver-facts.ts'
import type { Look } from '#lib/csr/machine-approver/machine-approver-looks.ts'
import type { Hold, MachineObject } from '#lib/csr/model.ts'
import { AUTHENTICATED_GROUP, NODE_GROUP, NODE_USER_PREFIX } from '#lib/csr/names.ts'
import { isSound } from '#lib/csr/policy/trust.ts'
import { isCut } from '#lib/csr/reading/request-reading.ts'
import { milliseconds } from '#lib/csr/time.ts'

/**
 * OpenShift's machine-approver and the pending request. It approves the node-bootstrapper's client
 * requests and serving requests, by a Machine or by the presented certificate.
 */

type Case = HoldCase<'machineApprover'>
type Leaves = Because<'admin', 'machineApproverLeaves'>
type Forgot = Because<'admin', 'machineApproverForgot'>

const answers = (
  finding: Case['finding'],
  when: (question: WaitingQuestion) => Hold['values'] | null,
): Case => ({
  holder: 'machineApprover',
  finding,
  when: (question) => (isAnswered(question) ? when(question) : null),
})

/** `forgets`: it ignores the request without an error, so it does not try again. */
type Rule = (
  | { readonly because: Leaves; readonly answer: 'triesAgain' }
  | { readonly because: Leaves & Forgot; readonly answer: 'forgets' }
) & {
  readonly of?: 'client' | 'serving'
  readonly applies: (question: WaitingQuestion) => boolean
}

/** Reasons for not approving, in its order of checking; its brake comes before them. */
const RULES: readonly Rule[] = [
  { because: 'clientDisabled', answer: 'triesAgain', of: 'client', applies: isDisabled },
  {
    because: 'nodeExists',
    answer: 'forgets',
    of: 'client',
    applies: ({ facts }) => facts.node !== null,
  },
  {
    because: 'noMachine',
    answer: 'triesAgain',
    applies: (question) =>
      knowsMachines(question) && machineOf(question) === null && !isRenewal(question),
  },
  {
    because: 'hasNodeRef',
    answer: 'forgets',
    of: 'client',
    applies: (question) => (machineOf(question)?.nodeRef ?? null) !== null,
  },
  {
    because: 'outsideWindow',
    answer: 'forgets',
    of: 'client',
    applies(question) {
      const createdAt = milliseconds(machineOf(question)?.createdAt ?? null)
      return createdAt !== null && !isInWindow(question.awaited.claim.createdAt, createdAt)
    },
  },
  { because: 'lacksSan', answer: 'triesAgain', of: 'serving', applies: lacksSan },
]

function brokenRule(question: WaitingQuestion): Rule | undefined {
  const kind = isClient(question) ? 'client' : 'serving'
  return RULES.find(({ of = kind, applies }) => of === kind && applies(question))
}

const LEAVES = holdsBecause('admin', 'machineApproverLeaves', (question) => {
  if (isOfOtherRequestor(question)) return 'otherRequestor'
  return isAnswered(question) ? (brokenRule(question)?.because ?? null) : null
})

const FORGOT = holdsBecause('admin', 'machineApproverForgot', (question) => {
  return isAnswered(question) && wouldApprove(question) ? passedOver(question) : null
})

/** The machine-approver has to act, and still has time. */
export const DECIDING = answers('deciding', (question) => {
  if (!isWilling(question) || isLate(question)) return null
  const left = answersBy(question) - question.facts.now
  return { minutes: String(Math.ceil(left / MINUTE)) }
})

const CLIENT_UNKNOWN = answers('clientUnknown', (question) => {
  return isClientUnknown(question) ? {} : null
})

const SILENT = answers('silent', (question) => {
  if (!isWilling(question) || !isLate(question) || isClientUnknown(question)) return null
  const { awaited, facts } = question
  const waited = (facts.now - awaited.claim.createdAt) / MINUTE
  const minutes = WAITED.findLast((step) => step <= waited) ?? WAITED[0]
  return { minutes: String(minutes) }
})

export const MACHINE_APPROVER_CASES: readonly HoldCase[] = [
  operator('unavailable', isUnavailable),
  answers('brakeTripped', (question) =>
    isBraked(question) ? { counted: countedBy(question) } : null,
  ),
  LEAVES,
  FORGOT,
  CLIENT_UNKNOWN,
  SILENT,
  DECIDING,
  operator('degraded', ({ available, message }) => available && message !== ''),
]

/** The machine-approver's answer if it tried now; null without a request for it. */
export function lookOf(question: HoldQuestion): Look | null {
  if (!isAnswered(question)) return null
  const { uid, resourceVersion: version } = question.awaited.claim.csr
  const isKnown = question.world.readable.nodes && knowsMachines(question)
  if (!isKnown || isUnavailable(question.world.machineApprover)) {
    return { uid, version, answer: null }
  }
  if (isBraked(question)) return { uid, version, answer: 'forgets', because: 'brakeTripped' }
  const { answer, because } = brokenRule(question) ?? { answer: 'approves', because: null }
  return answer === 'forgets' ? { uid, version, answer, because } : { uid, version, answer }
}

/** Times (milliseconds) at which time alone may change these cases. */
export function machineApproverInstants(question: HoldQuestion): number[] {
  if (!isAnswered(question)) return []
  const { awaited, world, facts, name } = question
  const by = answersBy(question)
  const minutes = Math.max(1, Math.ceil((by - facts.now) / MINUTE))
  const resync = world.looks.resyncAt(name, requestOf(question))
  return [
    // A minute less is left.
    by - (minutes - 1) * MINUTE,
    ...WAITED.map((step) => awaited.claim.createdAt + step * MINUTE),
    ...(resync === null ? [] : [resync]),
  ]
}

const MINUTE = 60 * 1000
/** Steps of its silence in minutes: few, so that many machines share a value. */
const WAITED = [1, 5, 15, 30, 60] as const

function operator(
  because: Because<'machineApprover', 'operator'>,
  applies: (approver: MachineApprover) => boolean,
): Case {
  return answers('operator', ({ world: { machineApprover } }) => {
    if (!applies(machineApprover)) return null
    return { because, message: shortened(machineApprover.message) }
  })
}

function isUnavailable({ available }: MachineApprover): boolean {
  return !available
}

function isBraked({ world, facts }: WaitingQuestion): boolean {
  return world.brake(facts.now).state === 'tripped'
}

/** The brake's counting rule, by version. */
function countedBy({ world, facts }: WaitingQuestion): string {
  return world.machineApprover.version === null ? 'unknownVersion' : world.brake(facts.now).rule
}

function isThere(question: HoldQuestion): question is WaitingQuestion {
  return question.awaited !== null && question.world.machineApprover.presence === 'present'
}

function isAnswered(question: HoldQuestion): question is WaitingQuestion {
  return isThere(question) && isOfItsOwn(question.awaited.claim)
}

/** Whether it answers such a request: from the node-bootstrapper, or a node's serving request. */
function isOfItsOwn({ kind, csr }: Claim): boolean {
  const { username, groups } = csr.requestor
  if (kind === 'nodeBootstrapper') return isFromBootstrapper(csr)
  const isNode = username.startsWith(NODE_USER_PREFIX)
  const isInGroups = groups.includes(NODE_GROUP) && groups.includes(AUTHENTICATED_GROUP)
  return kind === 'kubeletServing' && isNode && isInGroups
}

/** A request from a bootstrap token or another identity that it does not answer. */
function isOfOtherRequestor(question: HoldQuestion): boolean {
  if (!isThere(question)) return false
  const { claim } = question.awaited
  const isOfAKind = claim.kind === 'nodeBootstrapper' || claim.kind === 'kubeletServing'
  return isOfAKind && !isOfItsOwn(claim)
}

function isClient({ awaited }: WaitingQuestion): boolean {
  return awaited.claim.kind === 'nodeBootstrapper'
}

function isDisabled({ world }: WaitingQuestion): boolean {
  const { clientDisabled, clientChanged } = world.machineApprover
  return clientDisabled === true && !clientChanged
}

function knowsMachines({ world }: HoldQuestion): boolean {
  return world.readable.machines === true || world.readable.machines === 'absent'
}

/**
 * The Machine that it compares with: by InternalDNS for a client request, by nodeRef for a serving
 * request. It reads Machines of machine.openshift.io only, in any namespace.
 */
function machineOf(question: WaitingQuestion): MachineObject | null {
  const { name, world } = question
  const isIts = (machine: MachineObject) =>
    isClient(question) ? internalDnsNames(machine).has(name) : machine.nodeRef?.name === name
  const machines = world.cluster.machinesCalled(name)
  return machines.find((machine) => machine.cluster === null && isIts(machine)) ?? null
}

function lacksSan(question: WaitingQuestion): boolean {
  const machine = machineOf(question)
  if (machine === null || isRenewal(question)) return false
  // The stored addresses are cut; the machine-approver reads them all.
  if (isCut(machine, 'status.addresses')) return false
  return question.awaited.claim.sans.some((san) => !machineHasSan(machine, san))
}

/** Whether it approves by the presented certificate, without a Machine. */
function isRenewal({ awaited, world, facts, name }: WaitingQuestion): boolean {
  if (awaited.claim.kind !== 'kubeletServing') return false
  return renewsItself(awaited.claim, facts.node, world.evidence(name, facts.now))
}

/** Whether no known rule prevents its approval now. */
function isUnhindered(question: WaitingQuestion): boolean {
  const { awaited, world } = question
  if (!isSound(awaited.verdict) || !world.readable.nodes || !knowsMachines(question)) return false
  return (
    world.machineApprover.available && !isBraked(question) && brokenRule(question) === undefined
  )
}

/** Whether it may leave client requests to people, by a ConfigMap that it reads at its start. */
function isClientUnknown(question: WaitingQuestion): boolean {
  if (!isClient(question)) return false
  const { clientChanged, clientDisabled } = question.world.machineApprover
  if (clientChanged) return isUnhindered(question)
  return clientDisabled === null && isWilling(question) && isLate(question)
}

/** Whether it would approve, and no changed ConfigMap makes that uncertain. */
function wouldApprove(question: WaitingQuestion): boolean {
  const isUnsettled = isClient(question) && question.world.machineApprover.clientChanged
  return isUnhindered(question) && !isUnsettled
}

/** Whether it would approve, and has not ignored the request. */
function isWilling(question: WaitingQuestion): boolean {
  return wouldApprove(question) && passedOver(question) === null
}

function passedOver(question: WaitingQuestion): Forgot | null {
  const { name, world, facts } = question
  return world.looks.passedOver(name, requestOf(question), facts.now)
}

/** When an unhindered request should be approved, milliseconds since the epoch. */
function answersBy(question: WaitingQuestion): number {
  const { name, awaited, world, facts } = question
  const { createdAt } = awaited.claim
  const tries = world.looks.triesBy(name, requestOf(question), createdAt, facts.now)
  return tries + APPROVER_PATIENCE + world.queueMinutes(facts.now) * MINUTE
}

function isLate(question: WaitingQuestion): boolean {
  return question.facts.now >= answersBy(question)
}

function requestOf({ awaited: { claim } }: WaitingQuestion): Pick<Look, 'uid' | 'version'> {
  return { uid: claim.csr.uid, version: claim.csr.resourceVersion }
}
