import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useCluster, useSession } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/**
 * Has the server ask every kubelet in turn while the page is open. The returned function has
 * kubelets asked again whose answer is older than a minute.
 */
export function useKubeletsInView(): () => void {
  const { api } = useLiveClient()
  const session = useSession()
  const asks = useCluster()?.asksKubelets === true
  useQuery({
    queryKey: ['kubeletsInView'],
    async queryFn({ signal }) {
      await api.send('/api/nodes/kubelets', { method: 'POST', body: {}, signal })
      return null
    },
    enabled: asks && session.status === 'signedIn',
    // The server asks kubelets for 90 s after a report.
    refetchInterval: 60_000,
    refetchOnWindowFocus: 'always',
    staleTime: 0,
    gcTime: 0,
  })
  return useCallback(() => {
    // The next press repeats a lost call, and the page shows when each kubelet was asked.
    void api.send('/api/nodes/kubelets', { method: 'POST', body: { again: true } }).catch(() => {})
  }, [api])
}
