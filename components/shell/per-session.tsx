'use client'

import { Fragment, type ReactNode } from 'react'
import { useSession } from '#lib/query/live.ts'
import type { SignedOutReason } from '#lib/query/session.ts'

/** Reasons with a session before. With the other reasons there is no session state to drop. */
const ENDED: ReadonlySet<SignedOutReason> = new Set(['ended', 'byPerson', 'byPersonHere'])

/** Remounts its children when a session ends: dialogs, toasts and drafts hold cluster data. */
export function PerSession({ children }: { readonly children: ReactNode }) {
  const session = useSession()
  const isOver = session.status === 'signedOut' && ENDED.has(session.reason)
  return <Fragment key={isOver ? 'over' : 'on'}>{children}</Fragment>
}
