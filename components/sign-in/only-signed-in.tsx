'use client'

import type { ReactNode } from 'react'
import { NoAccessPage } from '#components/sign-in/no-access-page.tsx'
import { SignInPage } from '#components/sign-in/sign-in-page.tsx'
import { SignedOutPage } from '#components/sign-in/signed-out-page.tsx'
import { useSession } from '#lib/query/live.ts'

/** Renders its children only in a browser with a session, or while it is being asked for. */
export function OnlySignedIn({ children }: { readonly children: ReactNode }) {
  const session = useSession()
  switch (session.status) {
    case 'signIn':
      return <SignInPage ways={session.ways} reason={session.reason} />
    case 'noAccess':
      return <NoAccessPage session={session} />
    case 'signedOut':
      return <SignedOutPage reason={session.reason} />
    default:
      return children
  }
}
