'use client'

import { CircleX, LoaderCircle } from 'lucide-react'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import type { DraftCheck } from '#lib/query/draft.ts'

interface UncheckedDraftProps {
  readonly check: Exclude<DraftCheck<never>, { readonly status: 'checked' }>
  readonly words: { readonly checking: string; readonly failed: string }
}

/** In place of what a draft would do: it is being checked, or cannot be. */
export function UncheckedDraft({ check, words }: UncheckedDraftProps) {
  const { failedText } = useMessages().documents
  return check.status === 'checking' ? (
    <p className="flex items-center gap-2 text-fg-2">
      <Icon of={LoaderCircle} className="animate-spin motion-reduce:animate-none" />
      {words.checking}
    </p>
  ) : (
    <Note icon={CircleX} tone="bad" title={words.failed}>
      <Words text={failedText} blanks={{ message: <Said of={check.problem} /> }} />
    </Note>
  )
}
