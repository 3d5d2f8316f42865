import { Said } from '#components/said.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { ProblemsByLine } from '#components/ui/problems-by-line.tsx'
import type { PolicyProblem } from '#lib/query/policy-queries.ts'

interface ProblemLinesProps {
  readonly problems: readonly PolicyProblem[]
  /** Where the lines are at hand: goes there. */
  readonly onGoTo?: (line: number) => void
}

/** Why a policy is refused, line by line. */
export function ProblemLines({ problems, onGoTo }: ProblemLinesProps) {
  return (
    <ProblemsByLine problems={problems} onGoTo={onGoTo}>
      {({ path, reason, causes }) => (
        <>
          {path !== '' && (
            <>
              <ClusterText text={path} face="sans" truncate="none" />
              {': '}
            </>
          )}
          <Said of={{ detail: reason, causes }} />
        </>
      )}
    </ProblemsByLine>
  )
}
