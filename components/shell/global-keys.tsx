'use client'

import { useRouter } from 'next/navigation'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { usePalette } from '#components/palette/palette-context.ts'
import {
  ACTIVITY_PATH,
  EXPECTED_PATH,
  MACHINES_PATH,
  NODES_PATH,
  POLICY_PATH,
  REQUESTS_PATH,
} from '#components/shell/routes.ts'
import { useKeys } from '#components/ui/keyboard.tsx'

/** Shortcuts that work on every page. */
export function GlobalKeys() {
  const router = useRouter()
  const { open } = usePalette()
  const { bulk } = useDecideActions()
  useKeys({
    'mod+k': () => open('search'),
    '?': () => open('keys'),
    'g m': () => router.push(MACHINES_PATH),
    'g r': () => router.push(REQUESTS_PATH),
    'g n': () => router.push(NODES_PATH),
    'g e': () => router.push(EXPECTED_PATH),
    'g p': () => router.push(POLICY_PATH),
    'g a': () => router.push(ACTIVITY_PATH),
    'shift+a': () => bulk(),
  })
  return null
}
