'use client'

import { CloudOff } from 'lucide-react'
import { useMessages, Words } from '#components/messages.tsx'
import { BrakeNote } from '#components/policy/brake-note.tsx'
import { PolicyEditor } from '#components/policy/policy-editor.tsx'
import { PolicyHead } from '#components/policy/policy-head.tsx'
import { PolicyNotes } from '#components/policy/policy-notes.tsx'
import { PolicyWords } from '#components/policy/policy-words.tsx'
import { ShadowMode } from '#components/policy/shadow-mode.tsx'
import { Said } from '#components/said.tsx'
import { useEditing } from '#components/shell/editing.ts'
import { Button } from '#components/ui/button.tsx'
import { Note } from '#components/ui/note.tsx'
import { TableSkeleton } from '#components/ui/table-parts.tsx'
import { usePolicy } from '#lib/query/policy.ts'

/** What is allowed, what it would have done, and what another text would change. */
export function PolicyPage() {
  const { policy: texts, common } = useMessages()
  const { answer, problem, retry } = usePolicy()
  const { editing, open, close, opener } = useEditing()

  if (answer === null) {
    if (problem === null) return <TableSkeleton title={texts.title} />
    return (
      <>
        <h1 className="sr-only">{texts.title}</h1>
        <Note
          icon={CloudOff}
          tone="bad"
          title={texts.failed}
          action={
            <Button size="small" onClick={retry}>
              {common.retryNow}
            </Button>
          }
        >
          <Words text={texts.failedText} blanks={{ message: <Said of={problem} /> }} />
        </Note>
      </>
    )
  }
  if (editing) return <PolicyEditor answer={answer} onDone={close} />
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      <PolicyNotes answer={answer} />
      <BrakeNote answer={answer} />
      <PolicyHead answer={answer} opener={opener} onEdit={open} />
      <PolicyWords policy={answer.policy} />
      <ShadowMode />
    </>
  )
}
