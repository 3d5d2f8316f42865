import {
  APPROVER_PATIENCE,
  type HoldCase,
  type HoldQuestion,
  holdsIf,
  isPast,
  shortened,
  type WaitingQuestion,
} from '#lib/csr/hold/question.ts'
import { isInWindow } from '#lib/csr/machine-approver.ts'
import type { MachineObject } from '#lib/csr/model.ts'
import { milliseconds } from '#lib/csr/time.ts'

/**
 * What OpenShift's machine-approver would say of the request that waits, where it runs. It answers
 * client requests of the node-bootstrapper and serving requests; a Machine approves, nothing else
 * but the certificate that the kubelet already serves with.
 */

type Case = HoldCase<'machineApprover'>
type Applies = (question: WaitingQuestion) => boolean

const asked = (finding: Case['finding'], applies: Applies): Case =>
  holdsIf('machineApprover', finding, (question) => isAsked(question) && applies(question))
const ofClient = (finding: Case['finding'], applies: Applies): Case =>
  asked(finding, (question) => isClient(question) && applies(question))
const ofServing = (finding: Case['finding'], applies: Applies): Case =>
  asked(finding, (question) => !isClient(question) && applies(question))

/** Why it approves nothing at all. */
const STOPPED: readonly Case[] = [
  said('unavailable', ({ available }) => !available),
  asked('brakeTripped', ({ world, facts }) => world.brake(facts.now).state === 'tripped'),
]

/** Why it would not approve this one, in the order in which it asks. */
const REFUSALS: readonly Case[] = [
  ofClient('clientDisabled', ({ world }) => world.machineApprover.clientDisabled === true),
  ofClient('nodeExists', ({ facts }) => facts.node !== null),
  asked('noMachine', (question) => {
    return knowsMachines(question) && machineOf(question) === null && !isRenewal(question)
  }),
  ofClient('hasNodeRef', (question) => (machineOf(question)?.nodeRef ?? null) !== null),
  ofClient('outsideWindow', (question) => {
    const createdAt = milliseconds(machineOf(question)?.createdAt ?? null)
    return createdAt !== null && !isInWindow(question.told.claim.createdAt, createdAt)
  }),
  ofServing('lacksSan', lacksSan),
]

/** Its move, and any moment now. */
export const DECIDING = asked('deciding', (question) => wouldApprove(question) && !isLate(question))

/** Nothing that is known would keep it from approving. */
const WILLING: readonly Case[] = [
  asked('silent', (question) => isLate(question) && knowsConfig(question)),
  asked('silentUnread', (question) => isLate(question) && !knowsConfig(question)),
  DECIDING,
  said('degraded', ({ available, message }) => available && message !== ''),
]

export const MACHINE_APPROVER_CASES: readonly Case[] = [...STOPPED, ...REFUSALS, ...WILLING]

export const BRAKE_NEAR = asked(
  'brakeNear',
  ({ world, facts }) => world.brake(facts.now).state === 'near',
)

function said(
  finding: Case['finding'],
  applies: (approver: HoldQuestion['world']['machineApprover']) => boolean,
): Case {
  return {
    holder: 'machineApprover',
    finding,
    when(question) {
      const { machineApprover } = question.world
      if (!isAsked(question) || !applies(machineApprover)) return null
      return { message: shortened(machineApprover.message) }
    },
  }
}

function isAsked(question: HoldQuestion): question is WaitingQuestion {
  const { told, world } = question
  if (told === null || world.machineApprover.presence !== 'present') return false
  return told.claim.kind === 'nodeBootstrapper' || told.claim.kind === 'kubeletServing'
}

function isClient({ told }: WaitingQuestion): boolean {
  return told.claim.kind === 'nodeBootstrapper'
}

function knowsMachines({ world }: HoldQuestion): boolean {
  return world.readable.machines === true || world.readable.machines === 'absent'
}

function knowsConfig(question: WaitingQuestion): boolean {
  return !isClient(question) || question.world.machineApprover.clientDisabled !== null
}

/** A client request's by its InternalDNS, a serving request's by its nodeRef. */
function machineOf(question: WaitingQuestion): MachineObject | null {
  const { cluster } = question.world
  const machines = isClient(question)
    ? cluster.machinesNamed(question.name)
    : cluster.machinesOf(question.name)
  return machines[0] ?? null
}

function lacksSan(question: WaitingQuestion): boolean {
  const machine = machineOf(question)
  if (machine === null || isRenewal(question)) return false
  const keys = question.world.cluster.machineKeys(machine.uid)
  return question.told.claim.sans.some(({ key }) => !keys.has(key))
}

/** By the certificate that the kubelet serves with already, it asks for no Machine. */
function isRenewal({ told }: WaitingQuestion): boolean {
  return told.verdict === 'verified' && told.reason?.code === 'identity.liveCertificate'
}

function wouldApprove(question: WaitingQuestion): boolean {
  const { told, world } = question
  if (told.verdict !== 'verified' && told.verdict !== 'plausible') return false
  if (!world.readable.nodes || !knowsMachines(question)) return false
  return [...STOPPED, ...REFUSALS].every(({ when }) => when(question) === null)
}

function isLate(question: WaitingQuestion): boolean {
  const { told, facts } = question
  return isPast(told.claim.createdAt, APPROVER_PATIENCE, facts.now) && wouldApprove(question)
}
