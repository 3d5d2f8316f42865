import { useSyncExternalStore } from 'react'

/** As `roomy` in app/tokens.css: narrower than this, rows are three lines. */
const QUERY = '(max-width: 960px)'

/** One for all: lists ask at each render. */
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
