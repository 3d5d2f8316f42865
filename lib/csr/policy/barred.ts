import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'

/**
 * The reason why the approver may not act by this policy with this list of expected machines; null
 * if it may. A list of names alone gives no address to compare, so the policy must restrict names.
 */
export function barredBy(
  { automatic, allowedNames }: Pick<Policy, 'automatic' | 'allowedNames'>,
  isListOfNames: boolean,
): Cause | null {
  const isOpen = automatic.mode === 'act' && allowedNames.length === 0
  return isOpen && isListOfNames ? cause('actsOnNamesAlone') : null
}
