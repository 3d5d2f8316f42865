import { CircleX } from 'lucide-react'
import { DocumentNotes } from '#components/document/document-notes.tsx'
import { useMessages } from '#components/messages.tsx'
import { ProblemLines } from '#components/policy/problem-lines.tsx'
import { Said } from '#components/said.tsx'
import { Note } from '#components/ui/note.tsx'
import { isBuiltIn } from '#lib/csr/policy/policy.ts'
import { useFeed } from '#lib/query/live.ts'
import type { PolicyAnswer } from '#lib/query/policy-queries.ts'

/** Why the policy that is kept is not in force, and why the approver does nothing by it. */
export function PolicyNotes({ answer }: { readonly answer: PolicyAnswer }) {
  const { bad } = useMessages().policy
  const { state } = useFeed()
  const { document, policy } = answer
  return (
    <>
      {document !== null && (
        <DocumentNotes
          document={document}
          isInForce={!isBuiltIn(policy)}
          isToldAbove={state === 'withheld'}
          words={bad}
        >
          <ProblemLines problems={document.problems} />
        </DocumentNotes>
      )}
      <Barred answer={answer} />
    </>
  )
}

function Barred({ answer: { barred } }: { readonly answer: PolicyAnswer }) {
  const { approver } = useMessages().policy
  if (barred === null) return null
  return (
    <Note icon={CircleX} tone="bad" title={approver.barred} className="mb-4">
      <p>
        <Said of={barred} />
      </p>
    </Note>
  )
}
