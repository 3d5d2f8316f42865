import { CircleAlert, GitCompareArrows, Lock } from 'lucide-react'
import type { DocumentDraft } from '#components/document/document-draft.ts'
import { Problems } from '#components/document/problems.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { DocumentSaved } from '#lib/wire/document.ts'

export type SaveOutcome = DocumentSaved<unknown>['outcome']

interface SaveTroubleProps {
  /** Null before the first save. */
  readonly outcome: SaveOutcome | null
  readonly draft: Pick<DocumentDraft, 'result' | 'takeTheirs' | 'keepMine' | 'goTo'>
  readonly titles: Readonly<Record<Exclude<SaveOutcome, 'saved'>, string>>
}

/** Reasons that the last save failed, and the remedy. */
export function SaveTrouble({ outcome, draft, titles }: SaveTroubleProps) {
  const { result } = draft
  const { meanwhile, unknownText, said } = useMessages().documents
  if (outcome === null || outcome === 'saved') return null
  const reasons = result !== null && (
    <>
      {result.detail !== null && (
        <p>
          <Words text={said} blanks={{ message: <Said of={result} /> }} />
        </p>
      )}
      {result.problems.length > 0 && <Problems problems={result.problems} onGoTo={draft.goTo} />}
    </>
  )
  if (outcome === 'changed') {
    return (
      <Note
        icon={GitCompareArrows}
        tone="warn"
        title={titles.changed}
        className="mb-3"
        action={
          <>
            <Button size="small" onClick={draft.takeTheirs}>
              {meanwhile.theirs}
            </Button>
            <Button size="small" onClick={draft.keepMine}>
              {meanwhile.mine}
            </Button>
          </>
        }
      >
        <p>{meanwhile.text}</p>
        {reasons}
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
      {reasons}
    </Note>
  )
}
