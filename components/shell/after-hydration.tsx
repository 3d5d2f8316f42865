'use client'

import { type ReactNode, useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * Shows its children once React has taken over the server's page. The rows may arrive before that,
 * and what the server drew, without any, would then no longer match.
 */
export function AfterHydration({ children }: { readonly children: ReactNode }) {
  const taken = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return taken ? children : null
}
