import { type ReactNode, useSyncExternalStore } from 'react'

const never = () => () => {}

/**
 * Renders its children once React has hydrated the page. The rows may arrive before hydration, and
 * the server drew the page without rows.
 */
export function AfterHydration({ children }: { readonly children: ReactNode }) {
  const taken = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return taken ? children : null
}
