import type { ReactNode } from 'react'
import { type Target, targetName } from '#components/decide/target.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { showToast } from '#components/ui/toast.tsx'

/**
 * Shows a toast that says why a key did nothing: a key has no tooltip, and a toast is announced.
 */
export interface ReportOff {
  approve(reason: OffReason, target: Target): void
  deny(reason: OffReason, target: Target): void
  bulk(reason: OffReason): void
}

/** Names the subject, because the person may be on another page by then. */
export function useReportOff(): ReportOff {
  const { outcomes } = useMessages().decide
  const named = (words: string, target: Target) => (
    <Words text={words} blanks={{ name: targetName(target) }} />
  )
  return {
    approve: ({ text }, target) => show(named(outcomes.approve.error, target), text),
    deny: ({ text }, target) => show(named(outcomes.deny.error, target), text),
    bulk: ({ text }) => show(outcomes.noBulk, text),
  }
}

function show(title: ReactNode, description: string): void {
  showToast({ tone: 'plain', about: 'off', title, description })
}
