import { type ReactNode, useId } from 'react'
import type { DocumentDraft } from '#components/document/document-draft.ts'
import { HelmNote } from '#components/document/helm-note.tsx'
import { SaveElsewhere } from '#components/document/save-elsewhere.tsx'
import { type SaveOutcome, SaveTrouble } from '#components/document/save-trouble.tsx'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { NumberedText } from '#components/ui/numbered-text.tsx'
import { Panel, PanelHead } from '#components/ui/panel.tsx'
import type { DocumentAnswer } from '#lib/wire/document.ts'

interface DocumentEditorProps {
  readonly title: string
  /** Null without a place to save to. */
  readonly document: Pick<
    DocumentAnswer<unknown>,
    'place' | 'key' | 'helmRelease' | 'mayEdit'
  > | null
  readonly draft: DocumentDraft
  /** Whether the draft may be saved: the result of its check, or `unchanged`. */
  readonly check: 'good' | 'unchanged' | 'checking' | 'refused' | 'failed'
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
  /** Advice for a server that has no place for the document. */
  readonly noPlace: string
  /** Effect of a save. */
  readonly effect: ReactNode
  readonly save: string
  readonly onSave: () => void
  readonly onClose: () => void
}

/** A text beside its effect. A save replaces only the version that the draft began with. */
export function DocumentEditor(props: DocumentEditorProps) {
  const { document, draft, words, check } = props
  const { text, change, attach } = draft
  const { documents, common } = useMessages()
  const hintId = useId()
  const outcome = draft.movedOn ? 'changed' : (draft.result?.outcome ?? null)
  const mayEdit = document?.mayEdit !== false
  const maySave = document !== null && mayEdit && outcome !== 'forbidden'
  const { off } = documents
  const reason: OffReason | null = !mayEdit
    ? { text: words.outcomes.forbidden }
    : draft.movedOn
      ? { text: off.changedMeanwhile }
      : check === 'good'
        ? null
        : { text: off[check === 'refused' || check === 'failed' ? 'problems' : check] }
  return (
    <>
      <h1 className="sr-only">{props.title}</h1>
      <SaveTrouble outcome={outcome} draft={draft} titles={words.outcomes} />
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
          {!maySave && <SaveElsewhere document={document} text={text} noPlace={props.noPlace} />}
        </div>
        <Panel>
          <PanelHead title={words.effect} />
          <div
            aria-live="polite"
            className="max-h-[max(240px,calc(100dvh-400px))] overflow-y-auto px-4 py-3 max-tablet:max-h-none"
          >
            {props.effect}
          </div>
          <div className="px-4 pb-3 empty:hidden">
            {document !== null && <HelmNote document={document} text={text} narrow />}
          </div>
          <div className="flex gap-2 border-t border-line px-4 py-3 max-tablet:*:h-11 max-tablet:*:flex-1">
            {document !== null && (
              <Button
                look="primary"
                off={draft.saving ? null : reason}
                busy={draft.saving}
                onClick={props.onSave}
              >
                {draft.saving ? documents.saving : props.save}
              </Button>
            )}
            <Button onClick={props.onClose}>
              {document === null ? common.close : common.cancel}
            </Button>
          </div>
        </Panel>
      </div>
    </>
  )
}
