import { usePathname } from 'next/navigation'
import { type ReactNode, useCallback } from 'react'
import { Keyboard } from '#components/ui/keyboard.tsx'
import { useStore } from '#lib/query/live.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Whether single-letter shortcuts are on; the person may turn them off. */
export function useLetters(): readonly [boolean, (on: boolean) => void] {
  const { preferences, prefer } = useLiveClient()
  const { letters } = useStore(preferences)
  return [letters, useCallback((next: boolean) => prefer({ letters: next }), [prefer])]
}

/** The page's keyboard, with this person's setting. */
export function PageKeyboard({ children }: { readonly children: ReactNode }) {
  const [letters] = useLetters()
  return (
    <Keyboard path={usePathname()} letters={letters}>
      {children}
    </Keyboard>
  )
}
