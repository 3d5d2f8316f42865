import { useProposalState } from '#components/decide/second-person.tsx'
import { KUBELET_SIGNERS } from '#lib/csr/names.ts'
import type { Whose } from '#lib/messages/en/counts.ts'
import type { DecidableRequest } from '#lib/query/domain-types.ts'
import { useCluster } from '#lib/query/live.ts'
import { lacksRight } from '#lib/query/shown-feed.ts'

export type { Whose }

/**
 * Party that may decide requests of these signers, by rights alone, also without a live view. The
 * right for one signer is enough.
 */
export function useWhose(signerNames: readonly string[] = Object.values(KUBELET_SIGNERS)): Whose {
  const cluster = useCluster()
  return signerNames.every((name) => lacksRight(cluster, name)) ? 'others' : 'mine'
}

/** Party that may decide this request: never the person who proposed it. */
export function useWhoseRequest(request: DecidableRequest | null): Whose {
  const byRight = useWhose([request?.signerName ?? ''])
  const isProposed = useProposalState(request?.secondPerson ?? null) === 'own'
  return isProposed ? 'others' : byRight
}
