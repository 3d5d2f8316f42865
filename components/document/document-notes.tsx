import { CircleX, FileWarning } from 'lucide-react'
import { type DocumentProblem, Problems } from '#components/document/problems.tsx'
import { Said } from '#components/said.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { DocumentAnswer } from '#lib/wire/document.ts'

interface DocumentNotesProps {
  readonly document: Pick<DocumentAnswer<DocumentProblem>, 'trouble' | 'problems'>
  /** Whether an earlier, valid text is in force. */
  readonly isInForce: boolean
  /** Whether the page already shows the problem in full. */
  readonly isShownAbove?: boolean
  readonly words: Readonly<
    Record<'bad' | 'badText' | 'badNone' | 'trouble' | 'troubleText' | 'troubleNone', string>
  >
}

/** Problems of the document where it is stored, and the text in force until they are mended. */
export function DocumentNotes(props: DocumentNotesProps) {
  const { isInForce, isShownAbove = false, words } = props
  const { trouble, problems } = props.document
  const { said } = useMessages().documents
  return (
    <>
      {trouble !== null && (
        <Note icon={FileWarning} tone="warn" title={words.trouble} className="mb-4">
          <p>{isInForce ? words.troubleText : words.troubleNone}</p>
          {!isShownAbove && (
            <p>
              <Words text={said} blanks={{ message: <Said of={trouble} /> }} />
            </p>
          )}
        </Note>
      )}
      {problems.length > 0 && (
        <Note icon={CircleX} tone="bad" title={words.bad} className="mb-4">
          <p>{isInForce ? words.badText : words.badNone}</p>
          <div className="mt-1.5 max-h-48 overflow-y-auto">
            <Problems problems={problems} />
          </div>
        </Note>
      )}
    </>
  )
}
