import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { browserApis } from '#lib/query/browser-apis.ts'
import { ClusterContext, SummaryContext, useLatestSummary } from '#lib/query/live.ts'
import { createLiveClient } from '#lib/query/live-client.ts'
import { type LiveClient, LiveContext } from '#lib/query/tab-client.ts'
import type { Preferences } from '#lib/wire/preferences.ts'

/**
 * Wraps every part that shows the cluster. The server's rendering has a client, too, so that the
 * page comes with its frame. That client is not started: key, stream and rows exist only in the
 * browser.
 */
export function LiveProvider({
  preferences,
  children,
}: {
  /** The preferences on the server. */
  readonly preferences: Preferences
  readonly children: ReactNode
}) {
  const [client] = useState(() => createLiveClient(browserApis(), preferences))
  useEffect(() => client.start(), [client])
  return <TabProvider client={client}>{children}</TabProvider>
}

interface TabProviderProps {
  readonly client: LiveClient
  readonly children: ReactNode
}

/** Gives its children a tab's client and the tab's summary. */
export function TabProvider({ client, children }: TabProviderProps) {
  return (
    <LiveContext value={client}>
      <QueryClientProvider client={client.queryClient}>
        <SummaryProvider>{children}</SummaryProvider>
      </QueryClientProvider>
    </LiveContext>
  )
}

function SummaryProvider({ children }: Pick<TabProviderProps, 'children'>) {
  const latest = useLatestSummary()
  return (
    <SummaryContext value={latest}>
      <ClusterContext value={latest.summary?.cluster ?? null}>{children}</ClusterContext>
    </SummaryContext>
  )
}
