import { Fragment, type ReactNode, useState } from 'react'
import { useSession } from '#lib/query/live.ts'
import type { Session, SignedOutReason } from '#lib/query/session.ts'

/**
 * Remounts its children when a session ends or is another person's: dialogs, toasts and drafts hold
 * cluster data.
 */
export function PerSession({ children }: { readonly children: ReactNode }) {
  const holder = holderOf(useSession())
  const [shown, setShown] = useState({ holder, turn: 0 })
  if (holder !== null && holder !== shown.holder) {
    setShown({ holder, turn: shown.holder === null ? shown.turn : shown.turn + 1 })
  }
  return <Fragment key={shown.turn}>{children}</Fragment>
}

/** Names the reader of the page; null where that is not known yet, or there was no session before. */
function holderOf(session: Session): string | null {
  switch (session.status) {
    case 'unknown':
    case 'exchanging':
      return null
    case 'asking':
      return session.reason === null ? null : OVER
    case 'signedIn':
      return 'token' in session ? 'launchKey' : `${session.person.uid} ${session.person.name}`
    case 'leaving':
    case 'signIn':
    case 'noAccess':
      return OVER
    case 'signedOut':
      return HAD_SESSION.has(session.reason) ? OVER : null
  }
}

const OVER = ''
const HAD_SESSION: ReadonlySet<SignedOutReason> = new Set([
  'ended',
  'byPerson',
  'byPersonHere',
  'notEnded',
])
