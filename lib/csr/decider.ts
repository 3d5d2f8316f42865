import { REASON_APPROVE, REASON_DENY } from '#lib/csr/names.ts'

/** Deciders by the condition's reason, which anyone with the right to decide can write. */
export const DECIDERS = [
  /** A person in this dashboard. */
  'countersign',
  /** This product's automatic approver. */
  'approver',
  'machineApprover',
  'controllerManager',
  /** A person with kubectl or oc, not named. */
  'kubectl',
  'other',
] as const
export type Decider = (typeof DECIDERS)[number]

const BY_REASON: ReadonlyMap<string, Decider> = new Map([
  [REASON_APPROVE, 'countersign'],
  [REASON_DENY, 'countersign'],
  ['KubectlApprove', 'kubectl'],
  ['KubectlDeny', 'kubectl'],
  // Reason of the only condition that cluster-machine-approver writes (pkg/controller).
  ['NodeCSRApprove', 'machineApprover'],
  // Reason that kube-controller-manager writes
  // (pkg/controller/certificates/approver/sarapprove.go).
  ['AutoApproved', 'controllerManager'],
])

/** The decider by reason alone; `readDecision` also checks the approver's message. */
export function deciderByReason(reason: string): Decider {
  return BY_REASON.get(reason) ?? 'other'
}

/** The decider of a listed request; `signer` if the signer failed an undecided one. */
export function knownDecider(request: {
  readonly decider: Decider | null
  readonly decidedBy: string | null
}): Decider | 'signer' {
  const { decider, decidedBy } = request
  if (decider === null) return 'signer'
  // This product's reason without a name proves nothing: anyone can write it.
  return decider === 'countersign' && decidedBy === null ? 'other' : decider
}
