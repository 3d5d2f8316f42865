import { useInBrowser } from '#components/ui/in-browser.ts'
import { useMessages } from '#components/ui/messages.tsx'

/** Name of the command key on this keyboard. */
export function useCommandKey(): string {
  const { names } = useMessages().keys
  const isApple = useInBrowser(() => /Mac|iPhone|iPad/.test(navigator.platform), false)
  return isApple ? names.command : names.control
}
