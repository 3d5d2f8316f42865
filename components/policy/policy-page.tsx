'use client'
import { useMessages } from '#components/messages.tsx'
import { NotRead } from '#components/not-read.tsx'
import { ApproverBrakeNote } from '#components/policy/approver-brake-note.tsx'
import { PolicyEditor } from '#components/policy/policy-editor.tsx'
import { PolicyHead } from '#components/policy/policy-head.tsx'
import { PolicyNotes } from '#components/policy/policy-notes.tsx'
import { PolicyWords } from '#components/policy/policy-words.tsx'
import { ShadowMode } from '#components/policy/shadow-mode.tsx'
import { useEditing } from '#components/shell/editing.ts'
import { TableSkeleton } from '#components/ui/skeleton.tsx'
import { usePolicy } from '#lib/query/policy-queries.ts'

/** The policy, its forecast for the last day, and the effect of another text. */
export function PolicyPage() {
  const { policy: texts, documents } = useMessages()
  const { answer, problem, retry } = usePolicy()
  const { editing, open, close, opener } = useEditing()

  if (answer === null) {
    if (problem === null) return <TableSkeleton title={texts.title} />
    return (
      <>
        <h1 className="sr-only">{texts.title}</h1>
        <NotRead
          title={texts.failed}
          text={documents.failedText}
          problem={problem}
          onRetry={retry}
        />
      </>
    )
  }
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
