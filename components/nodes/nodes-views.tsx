'use client'

import { OffProvider } from '#components/machines/permissions.tsx'
import { KubeletsPage } from '#components/nodes/kubelets-page.tsx'
import { NodesPage } from '#components/nodes/nodes-page.tsx'
import { NODES_VIEWS } from '#components/nodes/view-links.tsx'
import { useUrlChoice } from '#components/shell/url-param.ts'

/** The view of nodes that the address names. */
export function NodesViews() {
  const [view] = useUrlChoice('view', NODES_VIEWS, 'nodes')
  return <OffProvider>{view === 'kubelets' ? <KubeletsPage /> : <NodesPage />}</OffProvider>
}
