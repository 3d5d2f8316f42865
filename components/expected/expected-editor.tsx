import { FileUp, Info, ListPlus, TriangleAlert } from 'lucide-react'
import { type ChangeEvent, useId, useMemo, useRef, useState } from 'react'
import { useDocumentDraft } from '#components/document/document-draft.ts'
import { DocumentEditor } from '#components/document/document-editor.tsx'
import { DraftEffect } from '#components/expected/draft-effect.tsx'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { MAX_DOCUMENT_BYTES } from '#lib/csr/policy/admin-document.ts'
import {
  type NoPlace,
  noPlaceIn,
  offeredNames,
  withMachine,
  withMachines,
} from '#lib/csr/policy/expected-text.ts'
import { withHeader } from '#lib/csr/policy/list-header.ts'
import { type ListCheck, useListCheck, useSave } from '#lib/query/document-queries.ts'
import { readRows } from '#lib/query/pages-of-rows.ts'
import { type LiveClient, useLiveClient } from '#lib/query/tab-client.ts'
import type { ExpectedAnswer, ExpectedSaved } from '#lib/wire/expected-answers.ts'

interface ExpectedEditorProps {
  /** The list now in force; the draft began with the one at the opening of the editor. */
  readonly answer: ExpectedAnswer
  /** A machine to add to the draft at first; '' for none. */
  readonly add: string
  readonly onDone: () => void
}

/** Edits the list: a draft, its effect, and a save bound to the version that was read. */
export function ExpectedEditor({ answer, add, onDone }: ExpectedEditorProps) {
  const { expected, joined } = useMessages()
  const { editor, title } = expected
  const [{ text: begun, notAdded: notBegun }] = useState(() => begin(answer, add))
  const [note, setNote] = useState<DraftNews | null>(notBegun)
  const [fileProblem, setFileProblem] = useState<string | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const noteId = useId()
  const client = useLiveClient()
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

  /** Replaces the draft by a whole text, with a header where it lacks one. */
  function take(text: string): void {
    const headed = withHeader(text)
    setNote(headed && { what: 'header', columns: joined.list(headed.columns) })
    draft.change(headed?.text ?? text)
  }

  function change(text: string): void {
    // Typing adds one letter at first; several at once were pasted.
    if (draft.text.trim() === '' && text.trim().length > 1) take(text)
    else draft.change(text)
  }

  async function addWaiting(): Promise<void> {
    try {
      const { names, heldBack } = offeredNames(draft.text, await readWaiting(client))
      const [first = ''] = names
      const why = noPlaceIn(draft.text, first)
      if (why === null) draft.change(withMachines(draft.text, names))
      setNote(
        why === null
          ? { what: 'waiting', count: names.length, heldBack }
          : { what: 'notAdded', name: first, why },
      )
    } catch {
      setNote({ what: 'notRead' })
    }
  }

  async function openFile({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [chosen] = target.files ?? []
    if (chosen === undefined) return
    const tooLarge = chosen.size > MAX_DOCUMENT_BYTES
    setFileProblem(tooLarge ? editor.fileTooLarge : null)
    if (!tooLarge) take(await chosen.text())
    // Lets the person choose the same file again after mending it.
    target.value = ''
  }

  return (
    <DocumentEditor
      title={title}
      document={answer}
      draft={{ ...draft, change }}
      check={forgets ? 'good' : draft.text === (answer.text ?? '') ? 'unchanged' : check.status}
      words={editor}
      placeholder={editor.example}
      hint={editor.hint}
      describedBy={note?.what === 'notAdded' ? noteId : undefined}
      startsAt={add === '' ? 'start' : 'end'}
      aside={editor.forms}
      action={
        <>
          <Button icon={ListPlus} look="quiet" size="small" onClick={() => void addWaiting()}>
            {editor.waiting.add}
          </Button>
          <Button icon={FileUp} look="quiet" size="small" onClick={() => file.current?.click()}>
            {editor.openFile}
          </Button>
        </>
      }
      above={
        <div role="status">
          {note !== null && <DraftNote note={note} textId={noteId} />}
          {lacksHeader(check) && <HeaderOffer text={draft.text} onTake={take} />}
        </div>
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
      noPlace={editor.nothing}
      effect={
        <DraftEffect
          check={check}
          isEmpty={isEmpty}
          forgets={forgets}
          inForce={answer.machines}
          onGoTo={draft.goTo}
        />
      }
      save={forgets ? editor.forget : editor.save(count)}
      onSave={() => void draft.submit(forgets ? '' : draft.text)}
      onClose={onDone}
    />
  )
}

type NotAdded = { readonly what: 'notAdded'; readonly name: string; readonly why: NoPlace }

/** Kind of note that the editor shows about the draft. */
type DraftNews =
  | NotAdded
  | { readonly what: 'header'; readonly columns: string }
  | { readonly what: 'waiting'; readonly count: number; readonly heldBack: number }
  | { readonly what: 'notRead' }

function DraftNote({ note, textId }: { readonly note: DraftNews; readonly textId: string }) {
  const { editor } = useMessages().expected
  const { notAdded, header, waiting } = editor
  switch (note.what) {
    case 'notAdded': {
      const { name, why } = note
      const entry = <ClusterText text={JSON.stringify(name)} truncate="none" />
      return (
        <Note
          icon={Info}
          title={<Words text={notAdded.title} blanks={{ name }} />}
          className="mb-3"
        >
          <p id={textId}>
            <Words text={notAdded.text[why]} blanks={{ name, entry }} />
          </p>
        </Note>
      )
    }
    case 'header':
      return (
        <Note icon={Info} title={header.title} className="mb-3">
          {header.added(note.columns)}
        </Note>
      )
    case 'waiting':
      return note.count === 0 && note.heldBack === 0 ? (
        <Note icon={Info} title={waiting.none} className="mb-3" />
      ) : (
        <Note icon={TriangleAlert} tone="warn" title={waiting.added(note.count)} className="mb-3">
          {note.count > 0 && <p>{waiting.claim}</p>}
          {note.heldBack > 0 && <p>{waiting.heldBack(note.heldBack)}</p>}
        </Note>
      )
    case 'notRead':
      return <Note icon={TriangleAlert} tone="warn" title={waiting.failed} className="mb-3" />
  }
}

interface HeaderOfferProps {
  readonly text: string
  readonly onTake: (text: string) => void
}

/** Offers the header to a draft that was typed and has none. */
function HeaderOffer({ text, onTake }: HeaderOfferProps) {
  const { expected, joined } = useMessages()
  const { header } = expected.editor
  const headed = useMemo(() => withHeader(text), [text])
  if (headed === null) return null
  return (
    <Note
      icon={Info}
      title={header.title}
      className="mb-3"
      action={
        <Button size="small" onClick={() => onTake(text)}>
          {header.add}
        </Button>
      }
    >
      {header.fits(joined.list(headed.columns))}
    </Note>
  )
}

function lacksHeader(check: ListCheck): boolean {
  return check.status === 'refused' && check.problems.some(({ code }) => code === 'noHeader')
}

/** Names of machines that wait now, as their requests claim them. */
async function readWaiting(client: LiveClient) {
  const rows = await readRows(client, 'machines', { section: 'waiting' })
  return rows.flatMap((row) => (row.kind === 'machine' ? [row.machine] : []))
}

interface Beginning {
  readonly text: string
  readonly notAdded: NotAdded | null
}

function begin({ text: now, machines }: ExpectedAnswer, name: string): Beginning {
  const text = now ?? ''
  const listed = machines?.some((machine) => machine.name === name) ?? false
  if (listed) return { text, notAdded: null }
  const why = noPlaceIn(text, name)
  return {
    text: withMachine(text, name),
    notAdded: why === null ? null : { what: 'notAdded', name, why },
  }
}

function countOf(check: ListCheck): number {
  return check.status === 'good' ? check.effect.machines.length : 0
}
