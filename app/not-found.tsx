'use client'

import { useMessages } from '#components/messages.tsx'
import { MACHINES_PATH } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { MessagePanel } from '#components/ui/message-panel.tsx'

export default function NotFoundPage() {
  const { shell } = useMessages()
  return (
    <MessagePanel title={shell.notFound.title} text={shell.notFound.text}>
      <LinkButton href={MACHINES_PATH} look="primary" size="large" className="mt-5">
        {shell.notFound.back}
      </LinkButton>
    </MessagePanel>
  )
}
