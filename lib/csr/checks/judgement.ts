import type { Denial } from '#lib/csr/machine/machine-denial.ts'
import type { CheckCode, Reason, Verdict } from '#lib/csr/model.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'
import type { Evidence } from '#lib/csr/world/evidence.ts'

/** What the checks come to, for the person and the policy that they were asked for. */
export interface Judgement {
  readonly policy: Policy
  readonly actor: string | null
  /** What it took into account that does not last. */
  readonly evidence: Evidence | null
  readonly denial: Denial | null
  readonly verdict: Verdict
  /** Codes of the failed checks in the order of the table. */
  readonly failing: readonly CheckCode[]
  /** Codes of the checks that could not be made, likewise. */
  readonly unknown: readonly CheckCode[]
  readonly reason: Reason | null
}
