'use client'

import { Button } from '#components/ui/button.tsx'
import { MessagePanel } from '#components/ui/message-panel.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'

interface ErrorPageProps {
  /** `digest` marks an error on the server: only the server's log has its words. */
  readonly error: Error & { readonly digest?: string }
  readonly reset: () => void
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const { shell } = useMessages()
  return (
    <MessagePanel title={shell.errorPage.title} text={shell.errorPage.text}>
      <p className="mt-3 rounded-md bg-sunken px-2.5 py-2 wrap-anywhere text-fg-2">
        {error.digest === undefined ? (
          <Words text={shell.errorPage.said} blanks={{ said: error.message || error.name }} />
        ) : (
          <Words text={shell.errorPage.logged} blanks={{ id: error.digest }} />
        )}
      </p>
      <Button look="primary" size="large" className="mt-5" onClick={reset}>
        {shell.errorPage.again}
      </Button>
    </MessagePanel>
  )
}
