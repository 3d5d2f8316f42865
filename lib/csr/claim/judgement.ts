import type { Denial } from '#lib/csr/claim/machine-denial.ts'
import type { Evidence } from '#lib/csr/kubelets/evidence.ts'
import type { CheckCode, Reason, Verdict } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'

/** The result of all checks for one policy, without a viewer. */
export interface Judgement {
  readonly policy: Policy
  /** Kubelet evidence that was used; it expires. */
  readonly evidence: Evidence | null
  readonly denial: Denial | null
  readonly verdict: Verdict
  /** Codes of the failed checks, in the order of the table. */
  readonly failing: readonly CheckCode[]
  /** Codes of the checks whose answer is open (`isOpen`), in the order of the table. */
  readonly unknown: readonly CheckCode[]
  readonly reason: Reason | null
  /** Why a sound request's successor will be held back; null for nothing known. */
  readonly warning: Reason | null
}
