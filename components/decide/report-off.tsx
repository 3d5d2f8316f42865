import type { ReactNode } from 'react'
import { type Target, targetName } from '#components/decide/target.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { showToast } from '#components/ui/toast.tsx'

/**
 * Shows a toast that says why a key did nothing: a key has no tooltip, and a toast is announced. It
 * names the subject, because the person may be on another page by then.
 */
export function useReportOff() {
  const { outcomes } = useMessages().decide
  const about =
    (words: string) =>
    ({ text }: OffReason, target: Target) =>
      show(<Words text={words} blanks={{ name: targetName(target) }} />, text)
  return {
    approve: about(outcomes.approve.error),
    deny: about(outcomes.deny.error),
    bulk: ({ text }: OffReason) => show(outcomes.noBulk, text),
  }
}

function show(title: ReactNode, description: string): void {
  showToast({ tone: 'plain', about: 'off', title, description })
}
