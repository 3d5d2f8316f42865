'use client'
import { DocumentUnread } from '#components/document/document-unread.tsx'
import { useMessages } from '#components/messages.tsx'
import { ApproverBrakeNote } from '#components/policy/approver-brake-note.tsx'
import { PolicyEditor } from '#components/policy/policy-editor.tsx'
import { PolicyHead } from '#components/policy/policy-head.tsx'
import { PolicyNotes } from '#components/policy/policy-notes.tsx'
import { PolicyWords } from '#components/policy/policy-words.tsx'
import { ShadowMode } from '#components/policy/shadow-mode.tsx'
import { useEditing } from '#components/shell/editing.ts'
import { usePolicy } from '#lib/query/policy-queries.ts'

/** The policy, its forecast for the last day, and the effect of another text. */
export function PolicyPage() {
  const { policy: texts } = useMessages()
  const { answer, problem, retry } = usePolicy()
  const { editing, open, close, opener } = useEditing()

  if (answer === null) return <DocumentUnread words={texts} problem={problem} retry={retry} />
  if (editing) return <PolicyEditor answer={answer} onDone={close} />
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <PolicyNotes answer={answer} />
      <ApproverBrakeNote answer={answer} />
      <PolicyHead answer={answer} opener={opener} onEdit={open} />
      <PolicyWords policy={answer.policy} />
      <ShadowMode />
    </>
  )
}
