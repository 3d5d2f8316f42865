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
 * What OpenShift's machine-approver would say of the request that waits, where it runs. It answers
 * client requests of the node-bootstrapper and serving requests; a Machine approves, nothing else
 * but the certificate that the kubelet already serves with.
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
 * Why it would not approve this one, in the order in which it asks, and what it does then: it tries
 * again what it refuses with an error, and forgets what it passes over without one.
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
      return createdAt !== null && !isInWindow(question.told.claim.createdAt, createdAt)
    }),
  ],
  ['triesAgain', ofServing('lacksSan', lacksSan)],
]

const FORGOTTEN = answers('forgotten', (question) => {
  const because = wouldApprove(question) ? passedOver(question) : null
  return because === null ? null : { because }
})

/** Its move, and it is not late. */
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
  const { told, facts } = question
  const waited = (facts.now - told.claim.createdAt) / MINUTE
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

/** What it would do if it looked now; null where nothing waits for it. */
export function lookOf(question: HoldQuestion): Look | null {
  if (!isAnswered(question)) return null
  const { uid, resourceVersion: version } = question.told.claim.csr
  const isKnown = question.world.readable.nodes && knowsMachines(question)
  if (!isKnown || UNAVAILABLE.when(question) !== null) {
    return { uid, version, answer: null, because: null }
  }
  for (const [answer, { finding, when }] of REFUSALS) {
    if (when(question) !== null) return { uid, version, answer, because: finding }
  }
  return { uid, version, answer: 'approves', because: null }
}

/** The instants, in milliseconds, at which time alone may change what is said for it. */
export function machineApproverInstants(question: HoldQuestion): number[] {
  if (!isAnswered(question)) return []
  const { told, world, facts, name } = question
  const by = answersBy(question)
  const minutes = Math.max(1, Math.ceil((by - facts.now) / MINUTE))
  const resync = world.looks.resyncAt(name, requestOf(question))
  return [
    // A minute less is left.
    by - (minutes - 1) * MINUTE,
    ...WAITED.map((step) => told.claim.createdAt + step * MINUTE),
    ...(resync === null ? [] : [resync]),
  ]
}

const MINUTE = 60 * 1000
/** For how long it has been silent, in minutes: few values, which many machines share. */
const WAITED = [1, 5, 15, 30, 60] as const

function said(
  finding: Case['finding'],
  applies: (approver: HoldQuestion['world']['machineApprover']) => boolean,
): Case {
  return answers(finding, ({ world: { machineApprover } }) => {
    return applies(machineApprover) ? { message: shortened(machineApprover.message) } : null
  })
}

/** Its brake in that state, and what it counts by its version. */
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
  return question.told !== null && question.world.machineApprover.presence === 'present'
}

function isAnswered(question: HoldQuestion): question is WaitingQuestion {
  return isThere(question) && isOfItsOwn(question.told.claim)
}

/** Whether it answers such a request: of the node-bootstrapper, or of a node to serve. */
function isOfItsOwn({ kind, csr }: Claim): boolean {
  const { username, groups } = csr.requestor
  if (kind === 'nodeBootstrapper') return isFromBootstrapper(csr)
  const isNode = username.startsWith(NODE_USER_PREFIX)
  const isInGroups = groups.includes(NODE_GROUP) && groups.includes(AUTHENTICATED_GROUP)
  return kind === 'kubeletServing' && isNode && isInGroups
}

/** A request of a bootstrap token, or of another identity that it does not answer. */
function isIgnored(question: HoldQuestion): boolean {
  if (!isThere(question)) return false
  const { claim } = question.told
  const isOfAKind = claim.kind === 'nodeBootstrapper' || claim.kind === 'kubeletServing'
  return isOfAKind && !isOfItsOwn(claim)
}

function isClient({ told }: WaitingQuestion): boolean {
  return told.claim.kind === 'nodeBootstrapper'
}

function isDisabled({ world }: WaitingQuestion): boolean {
  const { clientDisabled, clientChanged } = world.machineApprover
  return clientDisabled === true && !clientChanged
}

function knowsMachines({ world }: HoldQuestion): boolean {
  return world.readable.machines === true || world.readable.machines === 'absent'
}

/**
 * A client request's by its InternalDNS, a serving request's by its nodeRef. It reads Machines of
 * machine.openshift.io alone.
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
  // It reads them all, and here only the first are known.
  if (isCut(machine, 'status.addresses')) return false
  return question.told.claim.sans.some((san) => !machineHasSan(machine, san))
}

/** By the certificate that the kubelet serves with already, it asks for no Machine. */
function isRenewal({ told, world, facts, name }: WaitingQuestion): boolean {
  if (told.claim.kind !== 'kubeletServing') return false
  return renewsItself(told.claim, facts.node, world.evidence(name, facts.now))
}

/** Whether no rule is seen that would keep it from approving, if it looked now. */
function isUnhindered(question: WaitingQuestion): boolean {
  const { told, world } = question
  if (!isSound(told.verdict) || !world.readable.nodes || !knowsMachines(question)) return false
  return [UNAVAILABLE, ...REFUSALS.map(([, refusal]) => refusal)].every(
    ({ when }) => when(question) === null,
  )
}

/** Whether it would approve by what is known: its ConfigMap has not changed, or does not matter. */
function wouldApprove(question: WaitingQuestion): boolean {
  const isUnsettled = isClient(question) && question.world.machineApprover.clientChanged
  return isUnhindered(question) && !isUnsettled
}

/** Whether it would approve, and has not passed the request over. */
function isWilling(question: WaitingQuestion): boolean {
  return wouldApprove(question) && passedOver(question) === null
}

function passedOver(question: WaitingQuestion): string | null {
  const { name, world, facts } = question
  return world.looks.passedOver(name, requestOf(question), facts.now)
}

/** By when it should have approved a request that nothing hinders: milliseconds since the epoch. */
function answersBy(question: WaitingQuestion): number {
  const { name, told, world, facts } = question
  const { createdAt } = told.claim
  const tries = world.looks.triesBy(name, requestOf(question), createdAt, facts.now)
  return tries + APPROVER_PATIENCE + world.queueMinutes(facts.now) * MINUTE
}

function isLate(question: WaitingQuestion): boolean {
  return question.facts.now >= answersBy(question)
}

function requestOf({ told: { claim } }: WaitingQuestion): Pick<Look, 'uid' | 'version'> {
  return { uid: claim.csr.uid, version: claim.csr.resourceVersion }
}
