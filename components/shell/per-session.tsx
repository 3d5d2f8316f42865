'use client'

import { Fragment, type ReactNode } from 'react'
import { useSession } from '#lib/query/live.ts'
import type { SignedOutReason } from '#lib/query/session.ts'

/** The others are of a browser that had no session yet, and has nothing to forget. */
const ENDED: ReadonlySet<SignedOutReason> = new Set(['ended', 'byPerson', 'byPersonHere'])

/** Begins anew when a session ends: dialogs, toasts and drafts hold what the cluster has said. */
export function PerSession({ children }: { readonly children: ReactNode }) {
  const session = useSession()
  const isOver = session.status === 'signedOut' && ENDED.has(session.reason)
  return <Fragment key={isOver ? 'over' : 'on'}>{children}</Fragment>
}
