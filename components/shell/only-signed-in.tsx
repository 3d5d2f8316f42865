'use client'

import { KeyRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { useLive, useSession } from '#lib/query/live.ts'

/** Renders its children only in a browser with a session. */
export function OnlySignedIn({ children }: { readonly children: ReactNode }) {
  const session = useSession()
  const { retryNow } = useLive()
  const { common, shell } = useMessages()
  if (session.status !== 'signedOut') return children
  return (
    <Panel className="mx-auto mt-[8vh] max-w-[520px] px-8 py-7 max-tablet:px-5">
      <Icon of={KeyRound} size="large" className="text-fg-2" />
      <h1 className="mt-3 text-xl font-semibold tracking-tight">
        {shell.signedOut.title[session.reason]}
      </h1>
      <p className="mt-2 text-pretty text-fg-2">{shell.signedOut[session.reason]}</p>
      {session.reason === 'unreachable' ? (
        <Button look="primary" size="large" className="mt-5" onClick={retryNow}>
          {common.retryNow}
        </Button>
      ) : (
        <p className="mt-2 text-fg-3">{shell.signedOut.where}</p>
      )}
    </Panel>
  )
}
