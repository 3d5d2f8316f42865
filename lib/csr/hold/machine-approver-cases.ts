import type { Claim } from '#lib/csr/claim.ts'
import {
  APPROVER_PATIENCE,
  type HoldCase,
  type HoldQuestion,
  holdsIf,
  shortened,
  type WaitingQuestion,
} from '#lib/csr/hold/hold-question.ts'
import {
  isFromBootstrapper,
  type MachineApproverBrake,
} from '#lib/csr/machine-approver/machine-approver-brake.ts'
import { machineHasSan, renewsItself } from '#lib/csr/machine-approver/machine-approver-evidence.ts'
import { isInWindow } from '#lib/csr/machine-approver/machine-approver-facts.ts'
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
type Applies = (question: WaitingQuestion) => boolean

const answers = (
  finding: Case['finding'],
  when: (question: WaitingQuestion) => Hold['values'] | null,
): Case => ({
  holder: 'machineApprover',
  finding,
  when: (question) => (isAnswered(question) ? when(question) : null),
})
const asked = (finding: Case['finding'], applies: Applies): Case =>
  answers(finding, (question) => (applies(question) ? {} : null))
const ofClient = (finding: Case['finding'], applies: Applies): Case =>
  asked(finding, (question) => isClient(question) && applies(question))
const ofServing = (finding: Case['finding'], applies: Applies): Case =>
  asked(finding, (question) => !isClient(question) && applies(question))

const UNAVAILABLE = said('unavailable', ({ available }) => !available)

const BRAKED = braked('brakeTripped', 'tripped')

/**
 * Reasons for not approving, in its order of checking. It retries after an error, and forgets a
 * request that it ignored without one.
 */
const REFUSALS: readonly (readonly [then: 'triesAgain' | 'forgets', refusal: Case])[] = [
  ['forgets', BRAKED],
  ['triesAgain', ofClient('clientDisabled', isDisabled)],
  ['forgets', ofClient('nodeExists', ({ facts }) => facts.node !== null)],
  [
    'triesAgain',
    asked('noMachine', (question) => {
      return knowsMachines(question) && machineOf(question) === null && !isRenewal(question)
    }),
  ],
  [
    'forgets',
    ofClient('hasNodeRef', (question) => (machineOf(question)?.nodeRef ?? null) !== null),
  ],
  [
    'forgets',
    ofClient('outsideWindow', (question) => {
      const createdAt = milliseconds(machineOf(question)?.createdAt ?? null)
      return createdAt !== null && !isInWindow(question.awaited.claim.createdAt, createdAt)
    }),
  ],
  ['triesAgain', ofServing('lacksSan', lacksSan)],
]

const FORGOTTEN = answers('forgotten', (question) => {
  const because = wouldApprove(question) ? passedOver(question) : null
  return because === null ? null : { because }
})

/** The machine-approver has to act, and still has time. */
export const DECIDING = answers('deciding', (question) => {
  if (!isWilling(question) || isLate(question)) return null
  const left = answersBy(question) - question.facts.now
  return { minutes: String(Math.ceil(left / MINUTE)) }
})

const CLIENT_UNKNOWN = ofClient('clientUnknown', (question) => {
  const { clientChanged, clientDisabled } = question.world.machineApprover
  if (clientChanged) return isUnhindered(question)
  return clientDisabled === null && isWilling(question) && isLate(question)
})

const SILENT = answers('silent', (question) => {
  if (!isWilling(question) || !isLate(question)) return null
  if (CLIENT_UNKNOWN.when(question) !== null) return null
  const { awaited, facts } = question
  const waited = (facts.now - awaited.claim.createdAt) / MINUTE
  const minutes = WAITED.findLast((step) => step <= waited) ?? WAITED[0]
  return { minutes: String(minutes) }
})

export const MACHINE_APPROVER_CASES: readonly Case[] = [
  holdsIf('machineApprover', 'ignored', isIgnored),
  UNAVAILABLE,
  ...REFUSALS.map(([, refusal]) => refusal),
  FORGOTTEN,
  CLIENT_UNKNOWN,
  SILENT,
  DECIDING,
  said('degraded', ({ available, message }) => available && message !== ''),
]

export const BRAKE_NEAR = braked('brakeNear', 'near')

/** The machine-approver's answer if it tried now; null without a request for it. */
export function lookOf(question: HoldQuestion): Look | null {
  if (!isAnswered(question)) return null
  const { uid, resourceVersion: version } = question.awaited.claim.csr
  const isKnown = question.world.readable.nodes && knowsMachines(question)
  if (!isKnown || UNAVAILABLE.when(question) !== null) {
    return { uid, version, answer: null, because: null }
  }
  for (const [answer, { finding, when }] of REFUSALS) {
    if (when(question) !== null) return { uid, version, answer, because: finding }
  }
  return { uid, version, answer: 'approves', because: null }
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

function said(
  finding: Case['finding'],
  applies: (approver: HoldQuestion['world']['machineApprover']) => boolean,
): Case {
  return answers(finding, ({ world: { machineApprover } }) => {
    return applies(machineApprover) ? { message: shortened(machineApprover.message) } : null
  })
}

/** The brake in that state, with the counting rule of its version. */
function braked(finding: Case['finding'], state: MachineApproverBrake['state']): Case {
  return answers(finding, ({ world, facts }) => {
    const brake = world.brake(facts.now)
    const isVersionKnown = world.machineApprover.version !== null
    return brake.state === state
      ? { counted: isVersionKnown ? brake.rule : 'unknownVersion' }
      : null
  })
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
function isIgnored(question: HoldQuestion): boolean {
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
 * request. It reads Machines of machine.openshift.io only.
 */
function machineOf(question: WaitingQuestion): MachineObject | null {
  const { cluster } = question.world
  const machines = isClient(question)
    ? cluster.machinesNamed(question.name)
    : cluster.machinesOf(question.name)
  return machines.find(({ cluster }) => cluster === null) ?? null
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
  return [UNAVAILABLE, ...REFUSALS.map(([, refusal]) => refusal)].every(
    ({ when }) => when(question) === null,
  )
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

function passedOver(question: WaitingQuestion): string | null {
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
