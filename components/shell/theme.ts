'use client'

import { useCallback, useEffect } from 'react'
import { useLiveClient } from '#lib/query/client.ts'

/** Turns light into dark and back, in all tabs; kept for later starts. */
export function useToggleTheme(): () => void {
  const { preferences, prefer } = useLiveClient()
  return useCallback(() => {
    const { theme } = preferences.get()
    const dark =
      theme === null ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
    prefer({ theme: dark ? 'light' : 'dark' })
  }, [preferences, prefer])
}

/** The page came with the theme that was chosen; from then on it follows the choice. */
export function useChosenTheme(): void {
  const { preferences } = useLiveClient()
  useEffect(
    () =>
      preferences.subscribe(() => {
        const { theme } = preferences.get()
        if (theme !== null) document.documentElement.dataset.theme = theme
      }),
    [preferences],
  )
}
