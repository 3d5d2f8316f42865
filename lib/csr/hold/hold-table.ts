import { DEADLOCKS, STOPPING, UNDECIDED } from '#lib/csr/hold/admin-cases.ts'
import { APPROVER_CASES, APPROVER_WATCHES, LEFT_BY_APPROVER } from '#lib/csr/hold/approver-cases.ts'
import { FAILED_AT_SIGNER, KUBELET_CASES, SIGNER_CASES } from '#lib/csr/hold/cluster-cases.ts'
import type { HoldCase } from '#lib/csr/hold/hold-question.ts'
import {
  MACHINE_APPROVER_CASES,
  MACHINE_APPROVER_UNSEEN,
} from '#lib/csr/hold/machine-approver-cases.ts'

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
