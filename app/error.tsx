'use client'

import { useMessages, Words } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'

interface ErrorPageProps {
  /** `digest`: it happened on the server, whose log alone has its words. */
  readonly error: Error & { readonly digest?: string }
  readonly reset: () => void
}

export default function ErrorPage({ error, reset }: ErrorPageProps) {
  const { shell } = useMessages()
  return (
    <Panel className="mx-auto mt-[8vh] max-w-[560px] px-8 py-7 max-tablet:px-5">
      <h1 className="text-xl font-semibold tracking-tight">{shell.errorPage.title}</h1>
      <p className="mt-2 text-pretty text-fg-2">{shell.errorPage.text}</p>
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
    </Panel>
  )
}
