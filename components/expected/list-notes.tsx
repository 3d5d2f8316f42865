'use client'

import { CircleX, FileWarning } from 'lucide-react'
import { ProblemList } from '#components/expected/problem-list.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Note } from '#components/ui/note.tsx'
import type { ExpectedAnswer } from '#lib/query/expected.ts'

/** What is wrong with the list where it lies, and which one is in force meanwhile. */
export function ListNotes({ answer }: { readonly answer: ExpectedAnswer }) {
  const { expected } = useMessages()
  const { machines, trouble, problems } = answer
  return (
    <>
      {trouble !== null && (
        <Note icon={FileWarning} tone="warn" title={expected.trouble} className="mb-4">
          <Words
            text={machines === null ? expected.troubleNone : expected.troubleText}
            blanks={{ message: <Said of={trouble} /> }}
          />
        </Note>
      )}
      {problems.length > 0 && (
        <Note icon={CircleX} tone="bad" title={expected.bad} className="mb-4">
          <p className="mb-2">{machines === null ? expected.badNone : expected.badText}</p>
          <div className="max-h-48 overflow-y-auto">
            <ProblemList problems={problems} />
          </div>
        </Note>
      )}
    </>
  )
}
