'use client'

import { CircleX, FileWarning } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { ProblemLines } from '#components/policy/problem-lines.tsx'
import { Note } from '#components/ui/note.tsx'
import type { PolicyAnswer } from '#lib/query/policy.ts'

/** Why what is kept is not what is in force. */
export function PolicyNotes({ answer }: { readonly answer: PolicyAnswer }) {
  const { bad } = useMessages().policy
  const { document } = answer
  if (document === null || document.problems.length === 0) return null
  const isRead = document.text !== null
  return (
    <Note
      icon={isRead ? CircleX : FileWarning}
      tone={isRead ? 'bad' : 'warn'}
      title={isRead ? bad.title : bad.trouble}
      className="mb-4"
    >
      <p className="mb-1.5">{bad.text}</p>
      <div className="max-h-48 overflow-y-auto">
        <ProblemLines problems={document.problems} />
      </div>
    </Note>
  )
}
