import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { LinkButton } from '#components/ui/button.tsx'
import { MessagePanel } from '#components/ui/message-panel.tsx'

interface NotThereProps {
  readonly title: string
  readonly text: ReactNode
  readonly back: { readonly href: string; readonly text: string }
}

/** Replaces a machine, a request or a page that does not exist. */
export function NotThere({ title, text, back }: NotThereProps) {
  return (
    <MessagePanel icon={SearchX} title={title} text={text}>
      <LinkButton href={back.href} look="primary" size="large" className="mt-5">
        {back.text}
      </LinkButton>
    </MessagePanel>
  )
}
