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
  const nodes = names.slice(0, NODES_IN_VIEW_LIMIT)
  useReport(['nodesInView', nodes], nodes.length > 0, async (signal) => {
    // Milliseconds without scrolling before the page reports.
    await new Promise((resolve) => setTimeout(resolve, 300))
    signal.throwIfAborted()
    await api.send('/api/nodes/in-view', { method: 'POST', body: { nodes }, signal })
  })
}

/**
 * Has the server ask every kubelet in turn while the page is open. The returned function has
 * kubelets asked again whose answer is older than a minute.
 */
export function useKubeletsInView(): () => void {
  const { api } = useLiveClient()
  const send = (body: object, signal?: AbortSignal) =>
    api.send('/api/nodes/kubelets', { method: 'POST', body, signal })
  useReport(['kubeletsInView'], true, (signal) => send({}, signal))
  return () => {
    // The next press repeats a lost call, and the page shows when each kubelet was asked.
    send({ again: true }).catch(() => {})
  }
}

/** Reports what is on screen, again and again, where the server asks kubelets. */
function useReport(
  queryKey: readonly unknown[],
  isWanted: boolean,
  report: (signal: AbortSignal) => Promise<unknown>,
): void {
  const session = useSession()
  const asks = useCluster()?.asksKubelets === true
  useQuery({
    queryKey,
    async queryFn({ signal }) {
      await report(signal)
      return null
    },
    enabled: asks && session.status === 'signedIn' && isWanted,
    // A kubelet's answer counts for two minutes, and the server asks all kubelets for 90 s after a
    // report: the page reports well before that.
    refetchInterval: 60_000,
    // Answers from before the tab was hidden may have ended.
    refetchOnWindowFocus: 'always',
    staleTime: 0,
    gcTime: 0,
  })
}
