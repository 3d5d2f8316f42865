'use client'

import { useMessages } from '#components/messages.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/panel.tsx'

export default function NotFoundPage() {
  const { shell } = useMessages()
  return (
    <Panel className="mx-auto mt-[8vh] max-w-[560px] px-8 py-7 max-tablet:px-5">
      <h1 className="text-xl font-semibold tracking-tight">{shell.notFound.title}</h1>
      <p className="mt-2 text-pretty text-fg-2">{shell.notFound.text}</p>
      <LinkButton href={MACHINES_PATH} look="primary" size="large" className="mt-5">
        {shell.notFound.back}
      </LinkButton>
    </Panel>
  )
}
