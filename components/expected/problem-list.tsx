import { useMessages, Words } from '#components/messages.tsx'
import { ProblemsByLine } from '#components/ui/problems-by-line.tsx'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'

interface ProblemListProps {
  readonly problems: readonly ExpectedProblem[]
  /** Where the lines are at hand: goes there. */
  readonly onGoTo?: (line: number) => void
}

/** Why a list is refused, line by line. */
export function ProblemList({ problems, onGoTo }: ProblemListProps) {
  const { problems: sentences } = useMessages().expected
  return (
    <ProblemsByLine problems={problems} onGoTo={onGoTo}>
      {({ code, values }) => <Words text={sentences[code]} blanks={values} />}
    </ProblemsByLine>
  )
}
