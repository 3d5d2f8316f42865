import { useSyncExternalStore } from 'react'

/** Whether the window matches, followed; one list for all that ask, which do so at each render. */
function followed(query: string): () => boolean {
  let list: MediaQueryList | null = null
  const media = () => {
    list ??= matchMedia(query)
    return list
  }
  const subscribe = (listener: () => void) => {
    media().addEventListener('change', listener)
    return () => media().removeEventListener('change', listener)
  }
  const matches = () => media().matches
  return () => useSyncExternalStore(subscribe, matches, never)
}

const never = () => false

/** `roomy` in app/tokens.css: narrower windows show each row as three lines. */
export const useIsPhone = followed('(max-width: 960px)')

/** Whether columns of long texts are too narrow for two lines: their rows are then higher. */
export const useIsNarrow = followed('(max-width: 1399px)')

export const useIsOnPaper = followed('print')
