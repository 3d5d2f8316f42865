'use client'

import { CircleAlert, GitCompareArrows, Lock } from 'lucide-react'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Note } from '#components/ui/note.tsx'
import type { ExpectedAnswer, ExpectedSaved } from '#lib/query/expected.ts'

interface SaveOutcomeProps {
  readonly outcome: ExpectedSaved['outcome'] | null
  /** Null before anything was saved. */
  readonly why: Pick<ExpectedSaved, 'detail' | 'causes'> | null
  readonly place: ExpectedAnswer['place']
  readonly text: string
  readonly onTheirs: () => void
  readonly onMine: () => void
}

/** Why the last save did not save, and what to do about it. */
export function SaveOutcome({ outcome, why, place, text, ...on }: SaveOutcomeProps) {
  const { expected, common } = useMessages()
  const { meanwhile, forbidden, unknown, error } = expected.editor
  const isTold = why !== null && why.detail !== null
  const blanks = { message: isTold ? <Said of={why} /> : common.none }
  switch (outcome) {
    case null:
    case 'saved':
    // Its lines stand beside the list.
    case 'refused':
      return null
    case 'changed':
      return (
        <Note
          icon={GitCompareArrows}
          tone="warn"
          title={meanwhile.title}
          className="mb-3"
          action={
            <>
              <Button size="small" onClick={on.onTheirs}>
                {meanwhile.theirs}
              </Button>
              <Button size="small" onClick={on.onMine}>
                {meanwhile.mine}
              </Button>
            </>
          }
        >
          {meanwhile.text}
        </Note>
      )
    case 'forbidden':
      return (
        <Note
          icon={Lock}
          tone="warn"
          title={forbidden.title}
          className="mb-3"
          action={<CopyButton text={text} label={forbidden.copy} copiedLabel={forbidden.copied} />}
        >
          <Words text={forbidden[place]} />{' '}
          {isTold && <Words text={forbidden.said} blanks={blanks} />}
        </Note>
      )
    case 'unknown':
      return (
        <Note icon={CircleAlert} tone="warn" title={unknown.title} className="mb-3">
          {unknown.text}
        </Note>
      )
    case 'error':
      return (
        <Note icon={CircleAlert} tone="bad" title={error.title} className="mb-3">
          <Words text={error.text} blanks={blanks} />
        </Note>
      )
  }
}
