import { useState } from 'react'
import { Said } from '#components/said.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { useCluster } from '#lib/query/live.ts'
import { useSend } from '#lib/query/notification-queries.ts'

export function useSending(words: { readonly sent: string; readonly failed: string }) {
  const [isSending, setSending] = useState(false)
  const send = useSend()
  return {
    /** Whether this person lacks the right to send: then there is no button. */
    mayNot: useCluster()?.access.approval !== true,
    isSending,
    /** Sends a test (null) or sends a message again, and shows the outcome. */
    async send(id: string | null): Promise<void> {
      setSending(true)
      const problem = await send(id)
      setSending(false)
      const about = 'notifications'
      if (problem === null) showToast({ tone: 'good', title: words.sent, about })
      else {
        showToast({ tone: 'bad', title: words.failed, description: <Said of={problem} />, about })
      }
    },
  }
}
