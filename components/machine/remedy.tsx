import type { Whose } from '#components/decide/whose.ts'
import { type Blanks, useMessages, Words } from '#components/ui/messages.tsx'
import type { RemedyWords } from '#lib/messages/grammar/check-words.ts'

interface RemedyProps {
  readonly words: RemedyWords
  readonly blanks: Blanks
  readonly whose: Whose
}

/** The remedy of a problem. A viewer who may not decide learns who may. */
export function Remedy({ words, blanks, whose }: RemedyProps) {
  const { machine } = useMessages()
  const text = words.decision ?? words.remedy
  if (text === undefined) return null
  return (
    <>
      {words.decision !== undefined && whose === 'others' && `${machine.notes.forOthers}: `}
      <Words text={text} blanks={blanks} />
    </>
  )
}
