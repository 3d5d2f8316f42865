import { approvedAt } from '#lib/csr/claim/claim.ts'
import {
  bothCertificatesWait,
  isSupersededApproved,
  isUntouched,
  waitsToRebootstrap,
} from '#lib/csr/hold/admin-cases.ts'
import {
  approverIs,
  approverIsStopped,
  approverLeaves,
  approverWatches,
} from '#lib/csr/hold/approver-cases.ts'
import {
  hasNotRequested,
  kubeletIsSilent,
  nodeIsNotReady,
  servingIsLate,
  signerFailed,
  signerIsLate,
} from '#lib/csr/hold/cluster-cases.ts'
import {
  APPROVER_PATIENCE,
  type HoldQuestion,
  SERVING_PATIENCE,
  SIGNER_PATIENCE,
} from '#lib/csr/hold/hold-question.ts'
import {
  besideMachineApprover,
  brokenRule,
  machineApproverIgnores,
  machineApproverIsBraked,
  machineApproverIsOff,
  machineApproverIsSilent,
  unseen,
  workOn,
} from '#lib/csr/hold/machine-approver-cases.ts'
import type { Hold, Holder } from '#lib/csr/model.ts'
import { isApproverHere } from '#lib/csr/policy/automatic-approver.ts'
import type { Because, HoldFinding } from '#lib/csr/rows/hold-findings.ts'
import { awaitsSigner, isDenied, isIssued, isPending } from '#lib/csr/status.ts'

/** The answer of a condition. A text is the code of the value `because`. */
type Applies<Code extends string> = boolean | Code | Hold['values'] | null

interface HoldCase {
  /** The party that acts next. */
  readonly holder: Holder
  readonly finding: string
  readonly when: (question: HoldQuestion) => Applies<string>
}

/**
 * All reasons why a machine waits, in the order in which to act: stopped, wrongly decided, our
 * approver, the machine-approver, undecided, signer, kubelet.
 */
export const HOLDS: readonly HoldCase[] = [
  row('admin', 'refused', (question) => heldBackAs('refused', question)),
  row('admin', 'suspicious', (question) => heldBackAs('suspicious', question)),
  row('admin', 'approvedSuperseded', isSupersededApproved),
  row('admin', 'clientFirst', bothCertificatesWait),
  row('admin', 'approverStopped', approverIsStopped),
  row('approver', 'silent', (question) => approverIs('silent', question)),
  row('approver', 'deciding', (question) => approverIs('deciding', question)),
  row('admin', 'machineApproverBrake', machineApproverIsBraked),
  row('admin', 'machineApproverRequestor', machineApproverIgnores),
  row('admin', 'machineApproverOff', machineApproverIsOff),
  row('admin', 'machineApproverRule', brokenRule),
  row('admin', 'machineApproverSilent', machineApproverIsSilent),
  row('machineApprover', 'backlog', (question) => workOn(question) === 'backlog'),
  row('machineApprover', 'handles', (question) => workOn(question) === 'handles'),
  row('admin', 'approverStopped', approverWatches),
  row('admin', 'verified', (question) => isUntouched('verified', question)),
  row('admin', 'plausible', (question) => isUntouched('plausible', question)),
  row('admin', 'rebootstrapping', waitsToRebootstrap),
  row('admin', 'approverLeaves', approverLeaves),
  row('admin', 'machineApproverUnseen', unseen),
  row('kubelet', 'failed', signerFailed),
  row('signer', 'silent', ({ facts }) => signerIsLate(facts) === true),
  row('signer', 'issuing', ({ facts }) => signerIsLate(facts) === false),
  row('kubelet', 'denied', ({ stage, facts, world }) => {
    const denied = facts.claims.find(({ csr }) => isDenied(csr))
    return stage === 'denied' && besideMachineApprover(world, denied)
  }),
  row('kubelet', 'silent', kubeletIsSilent),
  row('kubelet', 'noAddress', (question) => {
    return servingIsLate(question) && question.facts.node?.addresses.length === 0
  }),
  row('kubelet', 'servingNext', (question) => {
    return question.stage === 'clientIssued' && !servingIsLate(question)
  }),
  row('kubelet', 'notReady', nodeIsNotReady),
  row('kubelet', 'notRequested', hasNotRequested),
]

function row<By extends Holder, Finding extends HoldFinding<By>>(
  holder: By,
  finding: Finding,
  when: (question: HoldQuestion) => Applies<Because<By, Finding>>,
): HoldCase {
  return { holder, finding, when }
}

/** The first reason why a machine waits; null for none. */
export function holdOf(question: HoldQuestion): Hold | null {
  if (question.stage === 'ready') return null
  for (const one of HOLDS) {
    const hold = answer(one, question)
    if (hold !== null) return hold
  }
  return null
}

/** All reasons why a machine waits, the one to act on first. */
export function holdsOf(question: HoldQuestion): Hold[] {
  if (question.stage === 'ready') return []
  return HOLDS.map((one) => answer(one, question)).filter((hold) => hold !== null)
}

/**
 * Times (milliseconds) at which these reasons may change by time alone, without the world's own.
 */
export function holdInstants(question: HoldQuestion): number[] {
  const { facts, world } = question
  const isAsked = isApproverHere(world.approver) || world.machineApprover.presence === 'present'
  const instants: number[] = []
  for (const claim of facts.claims) {
    if (isPending(claim.csr)) {
      if (isAsked) instants.push(claim.createdAt + APPROVER_PATIENCE)
      continue
    }
    const at = approvedAt(claim)
    if (at === null) continue
    if (awaitsSigner(claim.csr)) instants.push(at + SIGNER_PATIENCE)
    else if (isIssued(claim.csr) && claim.kind !== 'kubeletServing') {
      instants.push(at + SERVING_PATIENCE)
    }
  }
  return instants
}

function heldBackAs(
  verdict: 'refused' | 'suspicious',
  { awaited, world }: HoldQuestion,
): Hold['values'] | null {
  return awaited?.verdict === verdict ? besideMachineApprover(world, awaited.claim) : null
}

const NOTHING: Hold['values'] = {}

function answer({ holder, finding, when }: HoldCase, question: HoldQuestion): Hold | null {
  const applies = when(question)
  if (applies === null || applies === false) return null
  if (applies === true) return { holder, finding, values: NOTHING }
  const values = typeof applies === 'string' ? { because: applies } : applies
  return { holder, finding, values }
}
