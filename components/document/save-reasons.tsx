import type { ReactNode } from 'react'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import type { DocumentSaved } from '#lib/query/draft.ts'

interface SaveReasonsProps {
  readonly result: DocumentSaved<unknown>
  /** The problems of the text, line by line. */
  readonly children: ReactNode
}

/** The server's reasons why a save did not save. */
export function SaveReasons({ result, children }: SaveReasonsProps) {
  const { said } = useMessages().documents
  return (
    <>
      {result.detail !== null && (
        <p>
          <Words text={said} blanks={{ message: <Said of={result} /> }} />
        </p>
      )}
      {result.problems.length > 0 && children}
    </>
  )
}
