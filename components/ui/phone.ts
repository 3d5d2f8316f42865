import { useSyncExternalStore } from 'react'

/** `roomy` in app/tokens.css: narrower windows show each row as three lines. */
const QUERY = '(max-width: 960px)'

/** Shared by all lists, which read it at each render. */
let list: MediaQueryList | null = null

function media(): MediaQueryList {
  list ??= matchMedia(QUERY)
  return list
}

function subscribe(listener: () => void): () => void {
  const query = media()
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

export function useIsPhone(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => media().matches,
    () => false,
  )
}
