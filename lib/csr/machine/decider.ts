import { REASON_APPROVE, REASON_DENY } from '#lib/csr/names.ts'

/** Who decided a request, as far as the condition's reason tells: anybody who may decide writes it. */
export const DECIDERS = [
  /** A person in this dashboard. */
  'countersign',
  /** This product's automatic approver. */
  'approver',
  'machineApprover',
  'controllerManager',
  /** Somebody with kubectl or oc: it does not say who. */
  'kubectl',
  'other',
] as const
export type Decider = (typeof DECIDERS)[number]

const BY_REASON: ReadonlyMap<string, Decider> = new Map([
  [REASON_APPROVE, 'countersign'],
  [REASON_DENY, 'countersign'],
  ['KubectlApprove', 'kubectl'],
  ['KubectlDeny', 'kubectl'],
  // cluster-machine-approver, pkg/controller: the reason of its one condition.
  ['NodeCSRApprove', 'machineApprover'],
  // kube-controller-manager, pkg/controller/certificates/approver/sarapprove.go.
  ['AutoApproved', 'controllerManager'],
])

/** The approver is told by its message, too: `readDecision`. */
export function deciderByReason(reason: string): Decider {
  return BY_REASON.get(reason) ?? 'other'
}

/** The decider of a listed request: `signer` where only its signer has failed it. */
export function knownDecider(request: {
  readonly decider: Decider | null
  readonly decidedBy: string | null
}): Decider | 'signer' {
  const { decider, decidedBy } = request
  if (decider === null) return 'signer'
  // The reason of this product without a name proves nothing: anybody may write it.
  return decider === 'countersign' && decidedBy === null ? 'other' : decider
}
