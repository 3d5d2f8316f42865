import { CircleX, LoaderCircle } from 'lucide-react'
import { type DocumentProblem, Problems } from '#components/document/problems.tsx'
import { Said } from '#components/said.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { DraftCheck } from '#lib/query/document-queries.ts'

interface DraftTroubleProps {
  readonly check: Exclude<DraftCheck<DocumentProblem, never>, { readonly status: 'good' }>
  readonly words: { readonly checking: string; readonly failed: string }
  readonly onGoTo: (line: number) => void
}

/**
 * Replaces the effect of a draft while the draft is being checked, cannot be checked, or would be
 * refused.
 */
export function DraftTrouble({ check, words, onGoTo }: DraftTroubleProps) {
  const { documents } = useMessages()
  switch (check.status) {
    case 'checking':
      return (
        <p className="flex items-center gap-2 text-fg-2">
          <Icon of={LoaderCircle} className="animate-spin motion-reduce:animate-none" />
          {words.checking}
        </p>
      )
    case 'failed':
      return (
        <Note icon={CircleX} tone="bad" title={words.failed}>
          <Words text={documents.failedText} blanks={{ message: <Said of={check.problem} /> }} />
        </Note>
      )
    case 'refused':
      return (
        <div className="grid gap-3">
          <p className="flex items-start gap-2 font-semibold text-bad-fg">
            <Icon of={CircleX} size="small" className="mt-[3px]" />
            {documents.problems(check.problems.length)}
          </p>
          <Problems problems={check.problems} onGoTo={onGoTo} />
        </div>
      )
  }
}
