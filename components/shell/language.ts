import { useRouter } from 'next/navigation'
import { useCallback, useEffect } from 'react'
import type { Language } from '#lib/messages/languages.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Sets the language of every page; null for the browser's preference. */
export function useChooseLanguage(): (language: Language | null) => void {
  const { prefer } = useLiveClient()
  return useCallback((language) => prefer({ language }), [prefer])
}

/** Requests the page again from the server when the language is changed, here or in another tab. */
export function useChosenLanguage(): void {
  const { preferences, preferencesSaved } = useLiveClient()
  const { refresh } = useRouter()
  useEffect(() => {
    let last = preferences.get().language
    return preferences.subscribe(() => {
      const { language } = preferences.get()
      if (language === last) return
      last = language
      void preferencesSaved().then(refresh)
    })
  }, [preferences, preferencesSaved, refresh])
}
