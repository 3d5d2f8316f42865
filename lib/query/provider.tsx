'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { browserEdges } from '#lib/query/browser.ts'
import { LiveContext } from '#lib/query/client.ts'
import { createLiveClient, type StartableClient } from '#lib/query/live-client.ts'

/**
 * Around everything that shows the cluster. Nothing is connected while the server renders: the key,
 * the stream and the rows exist in the browser only.
 */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [client, setClient] = useState<StartableClient | null>(null)
  useEffect(() => {
    const started = createLiveClient(browserEdges())
    setClient(started)
    return started.start()
  }, [])
  if (client === null) return null
  return (
    <LiveContext value={client}>
      <QueryClientProvider client={client.queryClient}>{children}</QueryClientProvider>
    </LiveContext>
  )
}
