import { useSyncExternalStore } from 'react'

/** As `roomy` in app/tokens.css: narrower than this, rows are three lines. */
const QUERY = '(max-width: 960px)'

function subscribe(listener: () => void): () => void {
  const query = matchMedia(QUERY)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

export function useIsPhone(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(QUERY).matches,
    () => false,
  )
}
