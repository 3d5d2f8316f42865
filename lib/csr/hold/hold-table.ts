import { DEADLOCKS, STOPPING, UNDECIDED } from '#lib/csr/hold/admin-cases.ts'
import { APPROVER_CASES, APPROVER_WATCHES, LEFT_BY_APPROVER } from '#lib/csr/hold/approver-cases.ts'
import { FAILED_AT_SIGNER, KUBELET_CASES, SIGNER_CASES } from '#lib/csr/hold/cluster-cases.ts'
import { NO_EXEC_AND_LOGS } from '#lib/csr/hold/exec-cases.ts'
import type { HoldCase } from '#lib/csr/hold/hold-question.ts'
import { BRAKE_NEAR, MACHINE_APPROVER_CASES } from '#lib/csr/hold/machine-approver-cases.ts'

/**
 * All reasons why a machine waits, in the order in which to act: stopped, wrongly decided, our
 * approver, the machine-approver, undecided, signer, kubelet. The rest delays no machine by itself.
 */
export const HOLDS: readonly HoldCase[] = [
  ...STOPPING,
  ...DEADLOCKS,
  ...APPROVER_CASES,
  ...MACHINE_APPROVER_CASES,
  APPROVER_WATCHES,
  ...UNDECIDED,
  ...LEFT_BY_APPROVER,
  FAILED_AT_SIGNER,
  ...SIGNER_CASES,
  ...KUBELET_CASES,
  BRAKE_NEAR,
  ...NO_EXEC_AND_LOGS,
]
