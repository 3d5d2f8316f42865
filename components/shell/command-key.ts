import { useSyncExternalStore } from 'react'
import { useMessages } from '#components/ui/messages.tsx'

const noChange = () => () => {}

/** Name of the command key on this keyboard. */
export function useCommandKey(): string {
  const { names } = useMessages().keys
  const isApple = useSyncExternalStore(
    noChange,
    () => /Mac|iPhone|iPad/.test(navigator.platform),
    () => false,
  )
  return isApple ? names.command : names.control
}
