'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { browserEdges } from '#lib/query/browser.ts'
import { LiveContext } from '#lib/query/client.ts'
import { createLiveClient } from '#lib/query/live-client.ts'

/**
 * Around everything that shows the cluster. While the server renders there is a client, too, so that
 * the page comes with its frame; but it is not started: the key, the stream and the rows exist in
 * the browser only.
 */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [client] = useState(() => createLiveClient(browserEdges()))
  useEffect(() => client.start(), [client])
  return (
    <LiveContext value={client}>
      <QueryClientProvider client={client.queryClient}>{children}</QueryClientProvider>
    </LiveContext>
  )
}
