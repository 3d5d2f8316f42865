import { useQuery } from '@tanstack/react-query'
import { useCluster, useSession } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import { NODES_IN_VIEW_LIMIT } from '#lib/wire/wire.ts'

/**
 * Has the server ask the kubelets of these Nodes for their certificates while the Nodes are on
 * screen. The rows show the answers.
 */
export function useNodesInView(names: readonly string[]): void {
  const { api } = useLiveClient()
  const session = useSession()
  const asks = useCluster()?.asksKubelets === true
  const nodes = names.slice(0, NODES_IN_VIEW_LIMIT)
  useQuery({
    queryKey: ['nodesInView', nodes],
    async queryFn({ signal }) {
      // Milliseconds without scrolling before the page reports.
      await new Promise((resolve) => setTimeout(resolve, 300))
      signal.throwIfAborted()
      await api.send('/api/nodes/in-view', { method: 'POST', body: { nodes }, signal })
      return null
    },
    enabled: asks && session.status === 'signedIn' && nodes.length > 0,
    // A kubelet's answer counts for two minutes; the page asks again well before that.
    refetchInterval: 60_000,
    // Answers from before the tab was hidden may have ended.
    refetchOnWindowFocus: 'always',
    staleTime: 0,
    gcTime: 0,
  })
}
