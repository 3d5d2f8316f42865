import { CircleX, RotateCcw } from 'lucide-react'
import { type Ref, useId, useRef } from 'react'
import { ActDialog } from '#components/decide/act-dialog.tsx'
import { type ToConfirm, useConfirmation } from '#components/decide/confirmation.ts'
import { GrantsWords } from '#components/decide/grants-text.tsx'
import { NoteField } from '#components/decide/note-field.tsx'
import { SecondPersonNote } from '#components/decide/second-person.tsx'
import { readableValues, useReasonWords } from '#components/reason-line.tsx'
import { SilentSince } from '#components/silent-since.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import type { CheckResult } from '#lib/csr/model.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { trustOf } from '#lib/csr/policy/trust.ts'
import { checkTitle, findingWords } from '#lib/messages/grammar/check-words.ts'

/**
 * Confirms one approval that needs more than a click. A suspicious request: its failed checks, its
 * name typed exactly, and a reason. Two people: the proposer, and what happens next. An existing
 * node's name: since when that node has been silent. Any other request: a note.
 */
export function ConfirmDialog(props: ToConfirm) {
  const { request, more, onClose } = props
  const { decide: texts, grants: grantsTexts, common } = useMessages()
  const nameField = useRef<HTMLInputElement>(null)
  const noteField = useRef<HTMLTextAreaElement>(null)
  const { kind, name, detail, secondPerson, state, words, ...confirmation } = useConfirmation(props)
  const { typed, note } = confirmation
  const { words: reasonWords, blanks } = useReasonWords(request.reason)
  const failed = (detail?.checks ?? []).filter(({ outcome }) => outcome === 'fail')
  const isSuspicious = kind === 'suspicious'
  const also = texts.confirm.also(more.older?.length ?? 0, more.followMinutes ?? null)
  return (
    <ActDialog
      onClose={onClose}
      sticky={typed !== '' || note !== ''}
      focus={isSuspicious ? nameField : kind === 'note' ? noteField : undefined}
      title={words.title}
      description={reasonWords !== null && <Words text={reasonWords.summary} blanks={blanks} />}
      note={words.recorded}
      look={isSuspicious ? 'danger' : 'primary'}
      label={
        <Words
          text={words.approve}
          blanks={{ name: <ClusterText text={request.name} className="max-w-48" /> }}
        />
      }
      off={confirmation.off}
      onAct={() => void confirmation.approve()}
      sent={confirmation.isSending ? { label: common.actions.approving } : null}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-5 py-4">
        {also !== '' && <p className="text-pretty">{also}</p>}
        {secondPerson !== null && <SecondPersonNote secondPerson={secondPerson} />}
        {trustOf(request) === 'rebootstrapping' && (
          <Note icon={RotateCcw} tone="warn" title={<SilentSince reason={request.reason} />}>
            {texts.confirm.existingNode.text}
          </Note>
        )}
        {failed.length > 0 && <FailedChecks failed={failed} />}
        {!isKubeletSigner(request.signerName) && <p>{texts.confirm.outOfScope}</p>}
        {detail !== null && (
          <div>
            <p className="mb-1 text-xs text-fg-3">{grantsTexts.title}</p>
            <GrantsWords grants={detail.grants} />
          </div>
        )}
        {isSuspicious && state !== 'own' && (
          <NameField ref={nameField} name={name} value={typed} onChange={confirmation.setTyped} />
        )}
        {state !== 'own' && (
          <NoteField
            ref={noteField}
            label={words.why}
            hint={words.whyHint}
            value={note}
            onChange={confirmation.setNote}
            required={isSuspicious}
          />
        )}
      </div>
    </ActDialog>
  )
}

function FailedChecks({ failed }: { readonly failed: readonly CheckResult[] }) {
  const { decide, checks, times } = useMessages()
  return (
    <div>
      <p className="mb-1 text-xs text-fg-3">{decide.confirm.failing(failed.length)}</p>
      <ul className="grid gap-1">
        {failed.map(({ code, finding, values }) => (
          <li key={code} className="flex items-start gap-2 text-bad-fg">
            <Icon of={CircleX} size="small" className="mt-[3px]" />
            <span>
              <span className="font-medium">{checkTitle(checks.table, code)}:</span>{' '}
              <Words
                text={findingWords(checks.table, code, finding)?.short ?? checks.unlisted}
                blanks={readableValues(values, times)}
              />
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface NameFieldProps {
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly ref: Ref<HTMLInputElement>
}

/** The field in which a person types the name of a suspicious request. */
function NameField({ name, value, onChange, ref }: NameFieldProps) {
  const { decide } = useMessages()
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block">
        <Words
          text={decide.confirm.type}
          blanks={{ name: <ClusterText text={name} truncate="none" className="font-semibold" /> }}
        />
      </label>
      <input
        ref={ref}
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        className="h-9 w-full max-tablet:h-11 rounded-md border border-line-control bg-surface px-2.5 font-mono text-fg"
      />
    </div>
  )
}
