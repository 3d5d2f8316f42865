'use client'

import { useRouter } from 'next/navigation'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { usePalette } from '#components/palette/palette-context.ts'
import { PAGES } from '#components/shell/routes.ts'
import { useKeys } from '#components/ui/keyboard.tsx'

/** Shortcuts that work on every page. */
export function GlobalKeys() {
  const router = useRouter()
  const { open } = usePalette()
  const { bulk } = useDecideActions()
  const goes = PAGES.map(({ path, letter }) => [`g ${letter}`, () => router.push(path)] as const)
  useKeys({
    ...Object.fromEntries(goes),
    'mod+k': () => open('search'),
    '?': () => open('keys'),
    'shift+a': () => bulk(),
  })
  return null
}
