'use client'

import { CircleX } from 'lucide-react'
import { DocumentNotes } from '#components/document/document-notes.tsx'
import { DocumentUnread } from '#components/document/document-unread.tsx'
import { HelmNote } from '#components/document/helm-note.tsx'
import { ApproverBrakeNote } from '#components/policy/approver-brake-note.tsx'
import { PolicyEditor } from '#components/policy/policy-editor.tsx'
import { PolicyTextPanel } from '#components/policy/policy-text-panel.tsx'
import { PolicyWords } from '#components/policy/policy-words.tsx'
import { ShadowMode } from '#components/policy/shadow-mode.tsx'
import { StopPanel } from '#components/policy/stop-panel.tsx'
import { WhoActsPanel } from '#components/policy/who-acts-panel.tsx'
import { Said } from '#components/said.tsx'
import { useEditing } from '#components/shell/editing.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { isBuiltIn } from '#lib/csr/policy/policy.ts'
import { usePolicy } from '#lib/query/document-queries.ts'
import { useFeed } from '#lib/query/live.ts'

/** The policy, its forecast for the last day, and the effect of another text. */
export function PolicyPage() {
  const { policy: texts } = useMessages()
  const { answer, problem, retry } = usePolicy()
  const { state } = useFeed()
  const { editing, open, close, opener } = useEditing()

  if (answer === null) return <DocumentUnread words={texts} problem={problem} retry={retry} />
  if (editing) return <PolicyEditor answer={answer} onDone={close} />
  const { document, policy, barred } = answer
  return (
    <>
      <h1 className="sr-only">{texts.title}</h1>
      {document !== null && (
        <DocumentNotes
          document={document}
          isInForce={!isBuiltIn(policy)}
          isShownAbove={state === 'withheld'}
          words={texts.bad}
        />
      )}
      {barred !== null && (
        <Note icon={CircleX} tone="bad" title={texts.approver.barred} className="mb-4">
          <p>
            <Said of={barred} />
          </p>
        </Note>
      )}
      <ApproverBrakeNote answer={answer} />
      <WhoActsPanel answer={answer} />
      {document !== null && (
        <HelmNote document={document} text={document.text ?? ''} className="mt-4" />
      )}
      {/* Filters reach the edges of a phone's screen: the boxes around them make room. */}
      <div className="mt-6 grid grid-cols-[minmax(0,1fr)_340px] items-start gap-6 max-wide:grid-cols-1 max-tablet:-mx-3 max-tablet:mt-4 max-tablet:gap-4 max-tablet:px-3">
        <div className="grid min-w-0 grid-cols-1 gap-6 max-tablet:-mx-3 max-tablet:gap-4 max-tablet:px-3">
          <PolicyTextPanel answer={answer} opener={opener} onEdit={open} />
          <ShadowMode />
        </div>
        {/* In windows between phones and wide ones the longest panel stands beside the two others. */}
        <aside className="grid min-w-0 grid-cols-1 items-start gap-6 tablet:max-wide:grid-cols-2 tablet:max-wide:grid-rows-[auto_1fr] tablet:max-wide:[&>:nth-child(2)]:row-span-2 max-tablet:gap-4">
          {document !== null && <StopPanel />}
          <PolicyWords policy={policy} />
        </aside>
      </div>
    </>
  )
}
