import { CircleX, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import type { DraftCheck } from '#lib/query/draft.ts'

interface DraftTroubleProps<Line> {
  readonly check: Exclude<DraftCheck<Line, never>, { readonly status: 'good' }>
  readonly words: { readonly checking: string; readonly failed: string }
  /** The problems of the draft, line by line. */
  readonly children: (problems: readonly Line[]) => ReactNode
}

/** In place of the effect of a draft: it is being checked, cannot be, or would be refused. */
export function DraftTrouble<Line>({ check, words, children }: DraftTroubleProps<Line>) {
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
          {children(check.problems)}
        </div>
      )
  }
}
