import { CloudOff } from 'lucide-react'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { Problem } from '#lib/wire/wire.ts'

interface NotReadProps {
  readonly title: string
  /** A text with a blank for the message. */
  readonly text: string
  readonly problem: Problem
  readonly onRetry: () => void
}

/** Replaces content that could not be read: the reason, and a button that tries again. */
export function NotRead({ title, text, problem, onRetry }: NotReadProps) {
  const { common } = useMessages()
  return (
    <Note
      icon={CloudOff}
      tone="bad"
      title={title}
      action={
        <Button size="small" onClick={onRetry}>
          {common.retryNow}
        </Button>
      }
    >
      <Words text={text} blanks={{ message: <Said of={problem} /> }} />
    </Note>
  )
}
