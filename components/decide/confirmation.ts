import { useState } from 'react'
import { useOffReason } from '#components/decide/off-reason.tsx'
import { useReportOutcome } from '#components/decide/report-outcome.tsx'
import { useProposalState } from '#components/decide/second-person.tsx'
import type { Target } from '#components/decide/target.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { visible } from '#lib/csr/escape.ts'
import { trustOf } from '#lib/csr/policy/trust.ts'
import { useRequestDetail } from '#lib/query/live.ts'
import { type DecidableRequest, type DecisionToSend, useDecide } from '#lib/query/mutations.ts'

/** Parts of an order besides its request: duplicates, and the machine's serving request. */
export type ApprovedWith = Pick<DecisionToSend, 'older' | 'followMinutes'>

export interface ToConfirm {
  readonly target: Target
  /**
   * The request as it was on screen when the dialog opened. Exactly this is approved, or nothing.
   */
  readonly request: DecidableRequest
  readonly more: ApprovedWith
  readonly onClose: () => void
}

/** Reason that an approval needs more than a click: the first of these that applies. */
type ConfirmKind = 'suspicious' | 'twoPeople' | 'existingNode' | 'note'

function kindOf(request: DecidableRequest): ConfirmKind {
  if (request.verdict === 'suspicious') return 'suspicious'
  if (request.secondPerson !== null) return 'twoPeople'
  return trustOf(request) === 'rebootstrapping' ? 'existingNode' : 'note'
}

/** State of an approval that a person confirms, and the approval itself. */
export function useConfirmation({ target, request, more, onClose }: ToConfirm) {
  const { decide: texts, twoPeople } = useMessages()
  const [typed, setTyped] = useState('')
  const [note, setNote] = useState('')
  const [isSending, setSending] = useState(false)
  const decide = useDecide()
  const report = useReportOutcome()
  const permission = useOffReason(request.signerName)
  const { detail, status } = useRequestDetail(request.uid)
  const now = status === 'gone' ? null : (detail ?? request)
  // The server asks for this name, whichever list the dialog was opened from.
  const name = request.nodeName ?? request.name
  const kind = kindOf(request)
  const isSuspicious = kind === 'suspicious'
  const isTwofold = request.secondPerson !== null
  const secondPerson = now?.secondPerson ?? request.secondPerson
  const state = useProposalState(secondPerson)

  const off = ((): OffReason | null => {
    if (isSending) return null
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
      ...(isSuspicious ? { confirm: name } : { accept: trustOf(request) ?? 'verified' }),
      note: note.trim(),
      ...more,
    })
    report({ decision: 'approve', target, request, item, ...more })
    onClose()
  }

  const words = useConfirmWords(kind, isTwofold, isTwofold && state !== 'counts')
  return {
    ...{ kind, name, detail, secondPerson, state, words, off, isSending, approve },
    ...{ typed, setTyped, note, setNote },
  }
}

/** `isFirst`: the approval is the first of two. */
function useConfirmWords(kind: ConfirmKind, isTwofold: boolean, isFirst: boolean) {
  const { decide, twoPeople } = useMessages()
  const { confirm } = decide
  const { dialog } = twoPeople
  const alone = kind === 'suspicious' ? confirm.recorded : confirm.recordedSound
  const ofTwo = isFirst ? dialog.recorded : dialog.recordedSecond
  return {
    ...{
      suspicious: { title: confirm.title, why: confirm.why },
      twoPeople: { title: dialog.controlPlaneTitle, why: isFirst ? dialog.whyFirst : dialog.why },
      existingNode: { title: confirm.existingNode.title, why: dialog.why },
      note: { title: confirm.withNote.title, why: confirm.withNote.label },
    }[kind],
    whyHint: isFirst ? dialog.whyFirstHint : confirm.whyHint,
    recorded: isTwofold ? ofTwo : alone,
    approve: isFirst ? dialog.propose : confirm.approve,
  }
}
