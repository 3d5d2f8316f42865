import type { CheckResult } from '#lib/csr/model.ts'

/** Whether the check tells that this machine's next request will be held back. */
export function isWarning({ finding }: Pick<CheckResult, 'finding'>): boolean {
  return finding === 'nameWillFail' || finding === 'addressesWillFail'
}
