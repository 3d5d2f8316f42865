import type { Renewer } from '#lib/csr/kubelets/way-out.ts'
import { useAnswer, useCluster } from '#lib/query/live.ts'
import { policyQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** The program that approves renewals here; null for none, or while it is not known. */
export function useRenewer(): Renewer {
  const { answer } = useAnswer(policyQuery(useLiveClient()))
  const machineApprover = useCluster()?.machineApprover
  if (answer !== null && answer.approver !== null && answer.paused !== true) {
    const isActing = answer.policy.automatic.mode === 'act' && answer.barred === null
    if (isActing) return 'approver'
  }
  return machineApprover?.presence === 'present' ? 'machineApprover' : null
}
