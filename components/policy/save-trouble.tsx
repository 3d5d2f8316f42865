'use client'

import { CircleAlert, GitCompareArrows, Lock } from 'lucide-react'
import { useMessages, Words } from '#components/messages.tsx'
import { ProblemLines } from '#components/policy/problem-lines.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { Note } from '#components/ui/note.tsx'
import type { SavedAnswer } from '#lib/query/policy.ts'

interface SaveTroubleProps {
  readonly result: SavedAnswer | null
  readonly onTheirs: () => void
  readonly onMine: () => void
  readonly onGoTo: (line: number) => void
}

/** Why the last save did not save, and what to do about it. */
export function SaveTrouble({ result, ...on }: SaveTroubleProps) {
  const { editor, pause } = useMessages().policy
  if (result === null || result.outcome === 'saved') return null
  const { outcome, problems } = result
  if (outcome === 'changed') {
    return (
      <Note
        icon={GitCompareArrows}
        tone="warn"
        title={editor.meanwhile.title}
        className="mb-3"
        action={
          <>
            <Button size="small" onClick={on.onTheirs}>
              {editor.meanwhile.theirs}
            </Button>
            <Button size="small" onClick={on.onMine}>
              {editor.meanwhile.mine}
            </Button>
          </>
        }
      >
        {editor.meanwhile.text}
      </Note>
    )
  }
  return (
    <Note
      icon={outcome === 'forbidden' ? Lock : CircleAlert}
      tone={outcome === 'forbidden' || outcome === 'unknown' ? 'warn' : 'bad'}
      title={editor.outcomes[outcome]}
      className="mb-3"
    >
      {outcome === 'unknown' && <p>{editor.unknownText}</p>}
      {result.detail !== null && (
        <p>
          <Words text={pause.said} blanks={{ message: <Said of={result} /> }} />
        </p>
      )}
      {problems.length > 0 && <ProblemLines problems={problems} onGoTo={on.onGoTo} />}
    </Note>
  )
}
