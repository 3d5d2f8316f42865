import { KeyRound } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { useLive } from '#lib/query/live.ts'
import type { SignedOutReason } from '#lib/query/session.ts'

/** Why nobody is signed in, where no way to sign in is on this page. */
export function SignedOutPage({ reason }: { readonly reason: SignedOutReason }) {
  const { retryNow } = useLive()
  const { common, shell } = useMessages()
  const again: Partial<Record<SignedOutReason, string>> = {
    unreachable: common.retryNow,
    noAnswer: common.retryNow,
    notEnded: shell.signedOut.signOutAgain,
  }
  const button = again[reason]
  return (
    <Panel className="mx-auto mt-[8vh] max-w-[520px] px-8 py-7 max-tablet:px-5">
      <Icon of={KeyRound} size="large" className="text-fg-2" />
      <h1 className="mt-3 text-xl font-semibold tracking-tight">{shell.signedOut.title[reason]}</h1>
      <p className="mt-2 text-pretty text-fg-2">{shell.signedOut[reason]}</p>
      {button === undefined ? (
        <p className="mt-2 text-fg-3">{shell.signedOut.where}</p>
      ) : (
        <Button look="primary" size="large" className="mt-5" onClick={retryNow}>
          {button}
        </Button>
      )}
    </Panel>
  )
}
