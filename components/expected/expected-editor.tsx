import { FileUp, Info } from 'lucide-react'
import { type ChangeEvent, useId, useRef, useState } from 'react'
import { HelmNote } from '#components/document/helm-note.tsx'
import { SaveReasons } from '#components/document/problems.tsx'
import { SaveElsewhere } from '#components/document/save-elsewhere.tsx'
import { DraftEffect } from '#components/expected/draft-effect.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { DocumentEditor, useDocumentDraft } from '#components/ui/document-editor.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { type NoPlace, noPlaceIn, withMachine } from '#lib/csr/policy/expected-text.ts'
import {
  type ExpectedAnswer,
  type ExpectedSaved,
  type ListCheck,
  useListCheck,
  useSave,
} from '#lib/query/document-queries.ts'

/** Most bytes of a list; the server holds it to the same. */
const MAX_BYTES = 1024 * 1024

interface ExpectedEditorProps {
  /** As it is now; the draft began with what it was when the editor opened. */
  readonly answer: ExpectedAnswer
  /** A machine that the draft begins with, beside those that are on the list; '' for none. */
  readonly add: string
  readonly onDone: () => void
}

/** Writes the list: a draft, what it would do, and a save that is bound to what was read. */
export function ExpectedEditor({ answer, add, onDone }: ExpectedEditorProps) {
  const { editor, title } = useMessages().expected
  const [{ text: begun, noPlace }] = useState(() => begin(answer, add))
  const [fileProblem, setFileProblem] = useState<string | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const notAddedId = useId()
  const draft = useDocumentDraft({
    kept: { text: answer.text ?? '', version: answer.version },
    begun,
    save: useSave<ExpectedSaved>('expected'),
    onSaved() {
      showToast({ tone: 'good', title: forgets ? editor.forgotten : editor.saved(count) })
      onDone()
    },
  })
  const check = useListCheck(draft.text)
  const count = countOf(check)
  const isEmpty = draft.text.trim() === ''
  const forgets = isEmpty && answer.place === null && answer.text !== null

  async function openFile({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [chosen] = target.files ?? []
    if (chosen === undefined) return
    const tooLarge = chosen.size > MAX_BYTES
    setFileProblem(tooLarge ? editor.fileTooLarge : null)
    if (!tooLarge) draft.change(await chosen.text())
    // The same file may be chosen again, once it has been mended.
    target.value = ''
  }

  return (
    <DocumentEditor
      title={title}
      draft={draft}
      check={forgets ? 'good' : draft.text === (answer.text ?? '') ? 'unchanged' : check.status}
      mayEdit={answer.mayEdit}
      words={editor}
      placeholder={editor.example}
      hint={editor.hint}
      describedBy={noPlace === null ? undefined : notAddedId}
      startsAt={add === '' ? 'start' : 'end'}
      aside={editor.forms}
      action={
        <Button look="quiet" size="small" onClick={() => file.current?.click()}>
          <Icon of={FileUp} size="small" />
          {editor.openFile}
        </Button>
      }
      above={
        noPlace !== null && (
          <Note
            icon={Info}
            title={<Words text={editor.notAdded.title} blanks={{ name: add }} />}
            className="mb-3"
          >
            <p id={notAddedId}>
              <Words
                text={editor.notAdded.text[noPlace]}
                blanks={{
                  name: add,
                  entry: <ClusterText text={JSON.stringify(add)} truncate="none" />,
                }}
              />
            </p>
          </Note>
        )
      }
      below={
        <>
          <input
            ref={file}
            type="file"
            hidden
            accept=".csv,.tsv,.txt,.yaml,.yml,.json"
            aria-label={editor.openFile}
            onChange={(event) => void openFile(event)}
          />
          {fileProblem !== null && (
            <p role="alert" className="px-4 pb-2 text-xs text-bad-fg">
              {fileProblem}
            </p>
          )}
        </>
      }
      elsewhere={<SaveElsewhere document={answer} text={draft.text} noPlace={editor.nothing} />}
      reasons={(result) => <SaveReasons result={result} onGoTo={draft.goTo} />}
      atSave={<HelmNote document={answer} text={draft.text} narrow />}
      effect={
        <DraftEffect
          check={check}
          isEmpty={isEmpty}
          forgets={forgets}
          inForce={answer.machines}
          onGoTo={draft.goTo}
        />
      }
      save={{
        label: forgets ? editor.forget : editor.save(count),
        onSave: () => void draft.submit(forgets ? '' : draft.text),
      }}
      onClose={onDone}
    />
  )
}

interface Beginning {
  readonly text: string
  readonly noPlace: NoPlace | null
}

function begin({ text: now, machines }: ExpectedAnswer, add: string): Beginning {
  const text = now ?? ''
  const listed = machines?.some(({ name }) => name === add) ?? false
  if (listed) return { text, noPlace: null }
  return { text: withMachine(text, add), noPlace: noPlaceIn(text, add) }
}

function countOf(check: ListCheck): number {
  return check.status === 'good' ? check.effect.machines.length : 0
}
