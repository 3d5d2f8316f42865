import { Line } from '#components/reason-line.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'

interface ProblemProps {
  readonly code: string
  readonly detail: string
}

/** Reason that a request or certificate cannot be shown exactly, as a sentence. */
export function ProblemWords({ code, detail }: ProblemProps) {
  return <Words text={useSentence(code)} blanks={{ detail }} />
}

/** The reason in one line, which may be cut off. */
export function ProblemLine({ code, detail }: ProblemProps) {
  return <Line text={useSentence(code)} blanks={{ detail }} className="min-w-0" />
}

/** Sentence of the problem; a newer server's unknown problem is shown by its detail. */
function useSentence(code: string): string {
  const { reading } = useMessages()
  const sentences: Readonly<Record<string, string>> = reading
  return Object.hasOwn(sentences, code) ? (sentences[code] ?? '') : '{detail}'
}
