import { CircleAlert, GitCompareArrows, Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'

export type SaveOutcome = 'saved' | 'refused' | 'changed' | 'forbidden' | 'unknown' | 'error'

interface SaveTroubleProps {
  /** Null before the first save. */
  readonly outcome: SaveOutcome | null
  readonly titles: Readonly<Record<Exclude<SaveOutcome, 'saved'>, string>>
  readonly onTheirs: () => void
  readonly onMine: () => void
  /** The server's reasons. */
  readonly children?: ReactNode
}

/** Reasons that the last save failed, and the remedy. */
export function SaveTrouble({ outcome, titles, onTheirs, onMine, children }: SaveTroubleProps) {
  const { meanwhile, unknownText } = useMessages().documents
  if (outcome === null || outcome === 'saved') return null
  if (outcome === 'changed') {
    return (
      <Note
        icon={GitCompareArrows}
        tone="warn"
        title={titles.changed}
        className="mb-3"
        action={
          <>
            <Button size="small" onClick={onTheirs}>
              {meanwhile.theirs}
            </Button>
            <Button size="small" onClick={onMine}>
              {meanwhile.mine}
            </Button>
          </>
        }
      >
        <p>{meanwhile.text}</p>
        {children}
      </Note>
    )
  }
  return (
    <Note
      icon={outcome === 'forbidden' ? Lock : CircleAlert}
      tone={outcome === 'forbidden' || outcome === 'unknown' ? 'warn' : 'bad'}
      title={titles[outcome]}
      className="mb-3"
    >
      {outcome === 'unknown' && <p>{unknownText}</p>}
      {children}
    </Note>
  )
}
