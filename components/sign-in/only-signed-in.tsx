import type { ReactNode } from 'react'
import { NoAccessPage } from '#components/sign-in/no-access-page.tsx'
import { SignInPage } from '#components/sign-in/sign-in-page.tsx'
import { SignedOutPage } from '#components/sign-in/signed-out-page.tsx'
import { useSession } from '#lib/query/live.ts'

interface OnlySignedInProps {
  /** Whether the cluster is the demo's own, which prints its people's tokens. */
  readonly demo: boolean
  readonly children: ReactNode
}

/** Renders its children only in a browser with a session, or while the server is asked for one. */
export function OnlySignedIn({ demo, children }: OnlySignedInProps) {
  const session = useSession()
  switch (session.status) {
    case 'signIn':
      return <SignInPage {...session} demo={demo} />
    case 'noAccess':
      return <NoAccessPage session={session} />
    case 'signedOut':
      return <SignedOutPage reason={session.reason} />
    default:
      return children
  }
}
