import { CircleX, RotateCcw } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { GrantsWords } from '#components/decide/grants-text.tsx'
import { NoteField } from '#components/decide/note-field.tsx'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { useReportOutcome } from '#components/decide/report-outcome.tsx'
import { SecondPersonNote, useProposalState } from '#components/decide/second-person.tsx'
import type { Target } from '#components/decide/target.ts'
import { readableValues, useReasonWords } from '#components/reason-line.tsx'
import { SilentSince } from '#components/silent-since.tsx'
import { Button, type OffReason } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { visible } from '#lib/csr/escape.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { trustOf } from '#lib/csr/policy/trust.ts'
import { checkTitle, findingWords } from '#lib/messages/grammar/check-words.ts'
import type { DecidableRequest, DecisionOrder } from '#lib/query/domain-types.ts'
import { useRequestDetail } from '#lib/query/live.ts'
import { useDecide } from '#lib/query/mutations.ts'

/** Parts of an order besides its request: duplicates, and the machine's serving request. */
export type ApprovedWith = Pick<DecisionOrder, 'older' | 'followMinutes'>

interface ConfirmDialogProps {
  readonly target: Target
  /**
   * The request as it was on screen when the dialog opened. Exactly this is approved, or nothing.
   */
  readonly request: DecidableRequest
  readonly more: ApprovedWith
  readonly onClose: () => void
}

/**
 * Confirms one approval that needs more than a click. A suspicious request: its failed checks, its
 * name typed exactly, and a reason. Two people: the proposer, and what happens next. An existing
 * node's name: since when that node has been silent. Any other request: a note.
 */
export function ConfirmDialog({ target, request, more, onClose }: ConfirmDialogProps) {
  const { decide: texts, twoPeople, grants: grantsTexts, checks, common, times } = useMessages()
  const [typed, setTyped] = useState('')
  const [note, setNote] = useState('')
  const [sending, setSending] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const noteField = useRef<HTMLTextAreaElement>(null)
  const fieldId = useId()
  const decide = useDecide()
  const report = useReportOutcome()
  const permission = useOffReason(request.signerName)
  const { detail, status } = useRequestDetail(request.uid)
  const now = status === 'gone' ? null : (detail ?? request)
  // The server asks for this name, whichever list the dialog was opened from.
  const name = request.nodeName ?? request.name
  const failed = (detail?.checks ?? []).filter(({ outcome }) => outcome === 'fail')
  const reason = request.reason
  const { words, blanks } = useReasonWords(reason)

  const isSuspicious = request.verdict === 'suspicious'
  const isAgain = trustOf(request) === 'rebootstrapping'
  const isTwofold = request.secondPerson !== null
  const secondPerson = now?.secondPerson ?? request.secondPerson
  const state = useProposalState(secondPerson)
  const isFirst = isTwofold && state !== 'counts'
  const isForNote = !isSuspicious && !isTwofold && !isAgain
  const also = texts.confirm.also(more.older?.length ?? 0, more.followMinutes ?? null)

  const off = ((): OffReason | null => {
    if (sending) return null
    if (permission !== null) return permission
    // The approval is bound to what was asked: whether another person must approve, too.
    const same = (now?.secondPerson ?? null) === null ? !isTwofold : isTwofold
    const isJudgedSame = now?.verdict === request.verdict && trustOf(now) === trustOf(request)
    if (!isJudgedSame || !same) return { text: texts.confirm.changed }
    if (state === 'own') return { text: twoPeople.next.own }
    if (!isSuspicious) return null
    if (typed !== name && typed !== visible(name)) return { text: texts.confirm.mismatch }
    return note.trim() === '' ? { text: texts.confirm.needsWhy } : null
  })()

  async function approve(): Promise<void> {
    setSending(true)
    const item = await decide({
      decision: 'approve',
      request,
      ...(isSuspicious ? { confirm: name } : {}),
      ...(isSuspicious ? {} : { accept: trustOf(request) ?? 'verified' }),
      note: note.trim(),
      ...more,
    })
    report({ decision: 'approve', target, request, item, ...more })
    onClose()
  }

  return (
    <Dialog
      open
      onClose={onClose}
      sticky={typed !== '' || note !== ''}
      {...(isSuspicious ? { focus: field } : isForNote ? { focus: noteField } : {})}
      title={
        isSuspicious
          ? texts.confirm.title
          : isTwofold
            ? twoPeople.dialog.controlPlaneTitle
            : isForNote
              ? texts.confirm.withNote.title
              : texts.confirm.existingNode.title
      }
      description={words !== null && <Words text={words.summary} blanks={blanks} />}
      note={
        sending
          ? texts.sent
          : isSuspicious && !isTwofold
            ? texts.confirm.recorded
            : !isTwofold
              ? texts.confirm.recordedSound
              : isFirst
                ? twoPeople.dialog.recorded
                : twoPeople.dialog.recordedSecond
      }
      footer={
        <>
          <Button onClick={onClose}>{sending ? common.close : common.cancel}</Button>
          <Button
            look={isSuspicious ? 'danger' : 'primary'}
            off={off}
            busy={sending}
            onClick={() => void approve()}
          >
            {sending ? (
              common.actions.approving
            ) : (
              <Words
                text={isFirst ? twoPeople.dialog.propose : texts.confirm.approve}
                blanks={{ name: <Cut text={request.name} /> }}
              />
            )}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 px-5 py-4">
        {also !== '' && <p className="text-pretty">{also}</p>}
        {secondPerson !== null && <SecondPersonNote secondPerson={secondPerson} />}
        {isAgain && (
          <Note icon={RotateCcw} tone="warn" title={<SilentSince reason={reason} />}>
            {texts.confirm.existingNode.text}
          </Note>
        )}
        {failed.length > 0 && (
          <div>
            <p className="mb-1 text-xs text-fg-3">{texts.confirm.failing(failed.length)}</p>
            <ul className="grid gap-1">
              {failed.map((check) => (
                <li key={check.code} className="flex items-start gap-2 text-bad-fg">
                  <Icon of={CircleX} size="small" className="mt-[3px]" />
                  <span>
                    <span className="font-medium">{checkTitle(checks.table, check.code)}:</span>{' '}
                    <Words
                      text={
                        findingWords(checks.table, check.code, check.finding)?.short ??
                        checks.untold
                      }
                      blanks={readableValues(check.values, times)}
                    />
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {!isKubeletSigner(request.signerName) && <p>{texts.confirm.outOfScope}</p>}
        {detail !== null && (
          <div>
            <p className="mb-1 text-xs text-fg-3">{grantsTexts.title}</p>
            <GrantsWords grants={detail.grants} />
          </div>
        )}
        {isSuspicious && state !== 'own' && (
          <div>
            <label htmlFor={fieldId} className="mb-1.5 block">
              <Words
                text={texts.confirm.type}
                blanks={{
                  name: <ClusterText text={name} truncate="none" className="font-semibold" />,
                }}
              />
            </label>
            <input
              ref={field}
              id={fieldId}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              className="h-9 w-full max-tablet:h-11 rounded-md border border-line-control bg-surface px-2.5 font-mono text-fg"
            />
          </div>
        )}
        {state !== 'own' && (
          <NoteField
            ref={noteField}
            label={
              isForNote
                ? texts.confirm.withNote.label
                : isSuspicious
                  ? texts.confirm.why
                  : isFirst
                    ? twoPeople.dialog.whyFirst
                    : twoPeople.dialog.why
            }
            hint={isFirst ? twoPeople.dialog.whyFirstHint : texts.confirm.whyHint}
            value={note}
            onChange={setNote}
            required={isSuspicious}
          />
        )}
      </div>
    </Dialog>
  )
}

function Cut({ text }: { readonly text: string }) {
  return <ClusterText text={text} className="max-w-48" />
}
