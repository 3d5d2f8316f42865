import { useRouter } from 'next/navigation'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { usePalette } from '#components/palette/palette-context.ts'
import { PAGES } from '#components/shell/routes.ts'
import { useKeys } from '#components/ui/keyboard.tsx'
import { useSession } from '#lib/query/live.ts'

/** Shortcuts that work on every page. */
export function GlobalKeys() {
  const router = useRouter()
  const open = usePalette()
  const { bulk } = useDecideActions()
  const { status } = useSession()
  const goes = PAGES.map(({ path, letter }) => [`g ${letter}`, () => router.push(path)] as const)
  const keys = {
    ...Object.fromEntries(goes),
    'mod+k': () => open('search'),
    '?': () => open('keys'),
    'shift+a': () => bulk(),
  }
  // A person without the right to see has no page to go to.
  useKeys(status === 'signIn' || status === 'noAccess' ? {} : keys)
  return null
}
