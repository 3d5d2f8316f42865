import type { ReactNode } from 'react'
import type { Whose } from '#components/decide/whose.ts'
import { useMessages } from '#components/messages.tsx'

interface RemedyProps {
  readonly whose: Whose
  readonly children: ReactNode
}

/** What to do, which speaks to whoever may decide: anybody else is told for whom it is. */
export function Remedy({ whose, children }: RemedyProps) {
  const { machine } = useMessages()
  return (
    <>
      {whose === 'others' && `${machine.notes.forOthers}: `}
      {children}
    </>
  )
}
