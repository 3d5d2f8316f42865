import { useCallback, useEffect } from 'react'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Switches between light and dark in all tabs, and saves the choice. */
export function useToggleTheme(): () => void {
  const { preferences, prefer } = useLiveClient()
  return useCallback(() => {
    const { theme } = preferences.get()
    const dark =
      theme === null ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark'
    prefer({ theme: dark ? 'light' : 'dark' })
  }, [preferences, prefer])
}

/** Applies changes of the chosen theme; the server already rendered the first one. */
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
