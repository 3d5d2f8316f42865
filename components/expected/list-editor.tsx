'use client'

import { FileUp, Info } from 'lucide-react'
import { type ChangeEvent, useId, useRef, useState } from 'react'
import { DraftEffect } from '#components/expected/draft-effect.tsx'
import { ListText, type ListTextHandle } from '#components/expected/list-text.tsx'
import { SaveOutcome } from '#components/expected/save-outcome.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Note } from '#components/ui/note.tsx'
import { Panel, PanelHead } from '#components/ui/panel.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { type NoPlace, noPlaceIn, withMachine } from '#lib/csr/policy/expected-text.ts'
import {
  type ExpectedAnswer,
  type ExpectedSaved,
  type ListCheck,
  useListCheck,
  useSaveExpected,
} from '#lib/query/expected.ts'

/** What a list may weigh; the server says so, too. */
const MAX_BYTES = 1024 * 1024

interface ListEditorProps {
  /** As it is now; the draft began with what it was when the editor opened. */
  readonly answer: ExpectedAnswer
  /** A machine that the draft begins with, beside those that are on the list; '' for none. */
  readonly add: string
  readonly onDone: () => void
}

/** Writes the list: a draft, what it would do, and a save that is bound to what was read. */
export function ListEditor({ answer, add, onDone }: ListEditorProps) {
  const { editor, title } = useMessages().expected
  const { common } = useMessages()
  const [{ text: begun, noPlace }] = useState(() => begin(answer, add))
  const [draft, setDraft] = useState(begun)
  const [base, setBase] = useState(answer.version)
  const [saving, setSaving] = useState(false)
  const [result, setResult] = useState<ExpectedSaved | null>(null)
  const [fileProblem, setFileProblem] = useState<string | null>(null)
  const check = useListCheck(draft)
  const save = useSaveExpected()
  const text = useRef<ListTextHandle>(null)
  const file = useRef<HTMLInputElement>(null)
  const hintId = useId()
  const notAddedId = useId()

  const isEmpty = draft.trim() === ''
  const forgets = isEmpty && answer.place === 'memory' && answer.text !== null
  // While it is being saved, the new version is our own.
  const movedOn = !saving && answer.version !== base
  const barred = answer.mayEdit === false
  const off = offReason({ ...answer, draft, forgets, movedOn, check, words: editor.off })
  const count = countOf(check)
  const label = forgets ? editor.forget : editor.save(count)

  async function submit(): Promise<void> {
    setSaving(true)
    setResult(null)
    const saved = await save(forgets ? '' : draft, base)
    setSaving(false)
    if (saved.outcome === 'saved') {
      const done = forgets ? editor.forgotten : editor.saved(count)
      showToast({ tone: 'good', title: done })
      onDone()
    } else {
      setResult(saved)
    }
  }

  async function openFile({ target }: ChangeEvent<HTMLInputElement>): Promise<void> {
    const [chosen] = target.files ?? []
    if (chosen === undefined) return
    const tooLarge = chosen.size > MAX_BYTES
    setFileProblem(tooLarge ? editor.fileTooLarge : null)
    if (!tooLarge) setDraft(await chosen.text())
    // The same file may be chosen again, once it has been mended.
    target.value = ''
  }

  return (
    <>
      <h1 className="sr-only">{title}</h1>
      <SaveOutcome
        outcome={movedOn ? 'changed' : (result?.outcome ?? (barred ? 'forbidden' : null))}
        why={result}
        place={answer.place}
        text={draft}
        onTheirs={() => {
          setDraft(answer.text ?? '')
          setBase(answer.version)
          setResult(null)
        }}
        onMine={() => {
          setBase(answer.version)
          setResult(null)
        }}
      />
      {noPlace !== null && (
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
      )}
      <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_360px]">
        <Panel className="overflow-hidden">
          <PanelHead
            title={editor.title}
            aside={editor.forms}
            action={
              <Button look="quiet" size="small" onClick={() => file.current?.click()}>
                <Icon of={FileUp} size="small" />
                {editor.openFile}
              </Button>
            }
          />
          <input
            ref={file}
            type="file"
            hidden
            accept=".csv,.tsv,.txt,.yaml,.yml,.json"
            aria-label={editor.openFile}
            onChange={(event) => void openFile(event)}
          />
          <ListText
            ref={text}
            label={editor.text}
            describedBy={noPlace === null ? hintId : `${notAddedId} ${hintId}`}
            placeholder={editor.example}
            startsAt={add === '' ? 'start' : 'end'}
            value={draft}
            onChange={setDraft}
          />
          <p id={hintId} className="border-t border-line px-4 py-2 text-xs text-fg-3">
            {editor.hint}
          </p>
          {fileProblem !== null && (
            <p role="alert" className="px-4 pb-2 text-xs text-bad-fg">
              {fileProblem}
            </p>
          )}
        </Panel>
        <Panel>
          <PanelHead title={editor.effect} />
          <div
            aria-live="polite"
            className="max-h-[max(240px,calc(100dvh-400px))] overflow-y-auto px-4 py-3 max-tablet:max-h-none"
          >
            <DraftEffect
              check={check}
              isEmpty={isEmpty}
              forgets={forgets}
              inForce={answer.machines}
              onGoTo={(line) => text.current?.goTo(line)}
            />
          </div>
          <div className="flex gap-2 border-t border-line px-4 py-3 max-tablet:*:h-11 max-tablet:*:flex-1">
            <Button
              look="primary"
              off={saving ? null : off}
              busy={saving}
              onClick={() => void submit()}
            >
              {saving ? editor.saving : label}
            </Button>
            <Button onClick={onDone}>{common.cancel}</Button>
          </div>
        </Panel>
      </div>
    </>
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
  return check.status === 'checked' ? (check.preview.machines?.length ?? 0) : 0
}

interface Standing extends Pick<ExpectedAnswer, 'text' | 'mayEdit'> {
  readonly draft: string
  readonly forgets: boolean
  readonly movedOn: boolean
  readonly check: ListCheck
  readonly words: Readonly<
    Record<'forbidden' | 'problems' | 'checking' | 'unchanged' | 'changedMeanwhile', string>
  >
}

/** Why there is nothing to save now; null when there is. */
function offReason({
  draft,
  text,
  mayEdit,
  forgets,
  movedOn,
  check,
  words,
}: Standing): Reason | null {
  if (mayEdit === false) return { text: words.forbidden }
  if (movedOn) return { text: words.changedMeanwhile }
  if (forgets) return null
  if (draft === (text ?? '')) return { text: words.unchanged }
  if (check.status === 'checking') return { text: words.checking }
  if (check.status === 'failed' || check.preview.machines === null) return { text: words.problems }
  return null
}
