import { useProposalState } from '#components/decide/second-person.tsx'
import { rightsOf } from '#lib/csr/approval/may-act-now.ts'
import { KUBELET_SIGNERS } from '#lib/csr/names.ts'
import type { Whose } from '#lib/messages/en/counts.ts'
import { useCluster } from '#lib/query/live.ts'
import type { DecidableRequest } from '#lib/query/mutations.ts'

export type { Whose }

/**
 * Party that may decide requests of these signers, by rights alone, also without a live view. The
 * right for one signer is enough.
 */
export function useWhose(signerNames: readonly string[] = Object.values(KUBELET_SIGNERS)): Whose {
  const cluster = useCluster()
  return cluster !== null && rightsOf(cluster.access, signerNames).right ? 'others' : 'mine'
}

/** Party that may decide this request: never the person who proposed it. */
export function useWhoseRequest(request: DecidableRequest | null): Whose {
  const byRight = useWhose([request?.signerName ?? ''])
  const isProposed = useProposalState(request?.secondPerson ?? null) === 'own'
  return isProposed ? 'others' : byRight
}
