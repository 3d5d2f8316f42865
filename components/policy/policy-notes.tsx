'use client'

import { CircleX, FileWarning } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { ProblemLines } from '#components/policy/problem-lines.tsx'
import { Said } from '#components/said.tsx'
import { Note } from '#components/ui/note.tsx'
import { isBuiltIn } from '#lib/csr/policy/policy.ts'
import { useFeed } from '#lib/query/live.ts'
import type { PolicyAnswer } from '#lib/query/policy.ts'

/** Why what is kept is not what is in force, and why the approver does nothing by what is. */
export function PolicyNotes({ answer }: { readonly answer: PolicyAnswer }) {
  return (
    <>
      <NotInForce answer={answer} />
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

function NotInForce({ answer }: { readonly answer: PolicyAnswer }) {
  const { bad } = useMessages().policy
  const { state } = useFeed()
  const { document } = answer
  if (document === null || document.problems.length === 0) return null
  const isRead = document.text !== null
  const [stands, none] = isRead ? [bad.text, bad.textNone] : [bad.troubleText, bad.troubleNone]
  return (
    <Note
      icon={isRead ? CircleX : FileWarning}
      tone={isRead ? 'bad' : 'warn'}
      title={isRead ? bad.title : bad.trouble}
      className="mb-4"
    >
      <p>{isBuiltIn(answer.policy) ? none : stands}</p>
      {/* What nothing is live without is told above, in full. */}
      {(isRead || state !== 'withheld') && (
        <div className="mt-1.5 max-h-48 overflow-y-auto">
          <ProblemLines problems={document.problems} />
        </div>
      )}
    </Note>
  )
}
