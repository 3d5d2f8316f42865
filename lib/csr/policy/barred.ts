import { type Cause, cause } from '#lib/csr/cause.ts'
import type { Policy } from '#lib/csr/policy/policy.ts'

/**
 * Why the automatic approver does not act by this policy beside this list of expected machines; null
 * where it may. A list of names alone says who is expected, and nothing that a certificate could be
 * held against: then the policy has to say which names there are.
 */
export function barredBy(
  { automatic, allowedNames }: Pick<Policy, 'automatic' | 'allowedNames'>,
  isListOfNames: boolean,
): Cause | null {
  const isOpen = automatic.mode === 'act' && allowedNames.length === 0
  return isOpen && isListOfNames ? cause('actsOnNamesAlone') : null
}
