import { KeyRound } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'
import { MessagePanel } from '#components/ui/message-panel.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { SignedOutReason } from '#lib/query/session.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** Why the person is signed out, on a page without a way to sign in. */
export function SignedOutPage({ reason }: { readonly reason: SignedOutReason }) {
  const { retryNow } = useLiveClient()
  const { common, shell } = useMessages()
  const again: Partial<Record<SignedOutReason, string>> = {
    unreachable: common.retryNow,
    noAnswer: common.retryNow,
    notEnded: shell.signedOut.signOutAgain,
  }
  const button = again[reason]
  return (
    <MessagePanel
      icon={KeyRound}
      title={shell.signedOut.title[reason]}
      text={shell.signedOut[reason]}
    >
      {button === undefined ? (
        <p className="mt-2 text-fg-3">{shell.signedOut.where}</p>
      ) : (
        <Button look="primary" size="large" className="mt-5" onClick={retryNow}>
          {button}
        </Button>
      )}
    </MessagePanel>
  )
}
