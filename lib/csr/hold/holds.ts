import { approvedAt } from '#lib/csr/claim/claim.ts'
import { DEADLOCKS, STOPPING, UNDECIDED } from '#lib/csr/hold/admin-cases.ts'
import { APPROVER_CASES, APPROVER_WATCHES, LEFT_BY_APPROVER } from '#lib/csr/hold/approver-cases.ts'
import { FAILED_AT_SIGNER, KUBELET_CASES, SIGNER_CASES } from '#lib/csr/hold/cluster-cases.ts'
import {
  APPROVER_PATIENCE,
  type HoldCase,
  type HoldQuestion,
  SERVING_PATIENCE,
  SIGNER_PATIENCE,
} from '#lib/csr/hold/hold-question.ts'
import {
  MACHINE_APPROVER_CASES,
  MACHINE_APPROVER_UNSEEN,
} from '#lib/csr/hold/machine-approver-cases.ts'
import type { Hold } from '#lib/csr/model.ts'
import { isApproverHere } from '#lib/csr/policy/automatic-approver.ts'
import { awaitsSigner, isIssued, isPending } from '#lib/csr/status.ts'

/**
 * All reasons why a machine waits, in the order in which to act: stopped, wrongly decided, our
 * approver, the machine-approver, undecided, signer, kubelet.
 */
export const HOLDS: readonly HoldCase[] = [
  ...STOPPING,
  ...DEADLOCKS,
  ...APPROVER_CASES,
  ...MACHINE_APPROVER_CASES,
  APPROVER_WATCHES,
  ...UNDECIDED,
  LEFT_BY_APPROVER,
  MACHINE_APPROVER_UNSEEN,
  FAILED_AT_SIGNER,
  ...SIGNER_CASES,
  ...KUBELET_CASES,
]

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

function answer({ holder, finding, when }: HoldCase, question: HoldQuestion): Hold | null {
  const values = when(question)
  return values === null ? null : { holder, finding, values }
}
