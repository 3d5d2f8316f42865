import { type ReactNode, useId, useRef, useState } from 'react'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { NumberedText, type NumberedTextHandle } from '#components/ui/numbered-text.tsx'
import { Panel, PanelHead } from '#components/ui/panel.tsx'
import { type SaveOutcome, SaveTrouble } from '#components/ui/save-trouble.tsx'

interface Saved {
  readonly outcome: SaveOutcome
}

/** The text and version now in force. */
interface Kept {
  readonly text: string
  readonly version: string | null
}

export interface DocumentDraft<Result extends Saved> {
  readonly text: string
  readonly saving: boolean
  /** Result of the last save; null before the first. */
  readonly result: Result | null
  /** Whether another text was saved since the draft began. */
  readonly movedOn: boolean
  /** Ref of the text field. */
  attach(field: NumberedTextHandle | null): void
  change(text: string): void
  goTo(line: number): void
  takeTheirs(): void
  keepMine(): void
  submit(text?: string): Promise<void>
}

interface DocumentDraftOptions<Result> {
  /** The text in force now; the draft began with the one at the opening of the editor. */
  readonly kept: Kept
  /** Text that the draft begins with, if another than the one in force. */
  readonly begun?: string
  readonly save: (text: string, version: string | null) => Promise<Result>
  readonly onSaved: () => void
}

/** A draft of a document: a save is bound to the version that the draft began with. */
export function useDocumentDraft<Result extends Saved>({
  kept,
  begun = kept.text,
  save,
  onSaved,
}: DocumentDraftOptions<Result>): DocumentDraft<Result> {
  const [text, change] = useState(begun)
  const [base, setBase] = useState(kept.version)
  const [saving, setSaving] = useState(false)
  const [result, setResult] = useState<Result | null>(null)
  const field = useRef<NumberedTextHandle>(null)

  function keepMine(): void {
    setBase(kept.version)
    setResult(null)
  }

  return {
    text,
    saving,
    result,
    // During a save, the new version is our own.
    movedOn: !saving && kept.version !== base,
    attach(handle) {
      field.current = handle
    },
    change,
    goTo: (line) => field.current?.goTo(line),
    takeTheirs() {
      change(kept.text)
      keepMine()
    },
    keepMine,
    async submit(sent = text) {
      setSaving(true)
      setResult(null)
      const saved = await save(sent, base)
      setSaving(false)
      if (saved.outcome === 'saved') onSaved()
      else setResult(saved)
    },
  }
}

interface DocumentEditorProps<Result extends Saved> {
  readonly title: string
  readonly draft: DocumentDraft<Result>
  /** Whether the draft may be saved: the result of its check, or `unchanged`. */
  readonly check: 'good' | 'unchanged' | 'checking' | 'refused' | 'failed'
  /** Null while unknown. */
  readonly mayEdit: boolean | null
  readonly words: {
    readonly title: string
    /** Accessible name of the text. */
    readonly text: string
    readonly effect: string
    readonly outcomes: Readonly<Record<Exclude<SaveOutcome, 'saved'>, string>>
  }
  readonly placeholder: string
  readonly hint: string
  /** Id of another element that describes the text. */
  readonly describedBy?: string | undefined
  readonly startsAt?: 'start' | 'end' | undefined
  /** Shown beside the title of the text. */
  readonly aside?: ReactNode
  readonly action?: ReactNode
  /** Shown above the text: the reason that a value was not filled in. */
  readonly above?: ReactNode
  /** Shown below the hint: the reason that a file was not opened. */
  readonly below?: ReactNode
  /** For a person who may not save here: how another person puts this text in force. */
  readonly elsewhere: ReactNode
  /** The server's reasons against the last save. */
  readonly reasons: (result: Result) => ReactNode
  /** Effect of a save. */
  readonly effect: ReactNode
  /** Shown over the button that saves. */
  readonly atSave?: ReactNode
  /** Null without a place to save to. */
  readonly save: { readonly label: string; readonly onSave: () => void } | null
  readonly onClose: () => void
}

/** A text beside its effect. A save replaces only the version that the draft began with. */
export function DocumentEditor<Result extends Saved>(props: DocumentEditorProps<Result>) {
  const { draft, words, save, check, mayEdit } = props
  const { text, change, attach } = draft
  const { documents, common } = useMessages()
  const hintId = useId()
  const outcome = draft.movedOn ? 'changed' : (draft.result?.outcome ?? null)
  const mayNot = save === null || mayEdit === false || outcome === 'forbidden'
  const { off } = documents
  const reason: OffReason | null =
    mayEdit === false
      ? { text: words.outcomes.forbidden }
      : draft.movedOn
        ? { text: off.changedMeanwhile }
        : check === 'good'
          ? null
          : { text: off[check === 'refused' || check === 'failed' ? 'problems' : check] }
  return (
    <>
      <h1 className="sr-only">{props.title}</h1>
      <SaveTrouble
        outcome={outcome}
        titles={words.outcomes}
        onTheirs={draft.takeTheirs}
        onMine={draft.keepMine}
      >
        {draft.result !== null && props.reasons(draft.result)}
      </SaveTrouble>
      {props.above}
      <div className="grid items-start gap-4 wide:grid-cols-[minmax(0,1fr)_420px]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Panel className="overflow-hidden">
            <PanelHead title={words.title} aside={props.aside} action={props.action} />
            <NumberedText
              ref={attach}
              label={words.text}
              describedBy={
                props.describedBy === undefined ? hintId : `${props.describedBy} ${hintId}`
              }
              placeholder={props.placeholder}
              startsAt={props.startsAt}
              value={text}
              onChange={change}
            />
            <p id={hintId} className="border-t border-line px-4 py-2 text-xs text-fg-3">
              {props.hint}
            </p>
            {props.below}
          </Panel>
          {mayNot && props.elsewhere}
        </div>
        <Panel>
          <PanelHead title={words.effect} />
          <div
            aria-live="polite"
            className="max-h-[max(240px,calc(100dvh-400px))] overflow-y-auto px-4 py-3 max-tablet:max-h-none"
          >
            {props.effect}
          </div>
          <div className="px-4 pb-3 empty:hidden">{props.atSave}</div>
          <div className="flex gap-2 border-t border-line px-4 py-3 max-tablet:*:h-11 max-tablet:*:flex-1">
            {save !== null && (
              <Button
                look="primary"
                off={draft.saving ? null : reason}
                busy={draft.saving}
                onClick={save.onSave}
              >
                {draft.saving ? documents.saving : save.label}
              </Button>
            )}
            <Button onClick={props.onClose}>{save === null ? common.close : common.cancel}</Button>
          </div>
        </Panel>
      </div>
    </>
  )
}
