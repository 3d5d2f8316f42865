'use client'

import { useMessages } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { PolicyProblem } from '#lib/query/policy.ts'

interface ProblemLinesProps {
  readonly problems: readonly PolicyProblem[]
  /** Where the lines are at hand: goes there. */
  readonly onGoTo?: (line: number) => void
}

/** Why a policy is refused, line by line. */
export function ProblemLines({ problems, onGoTo }: ProblemLinesProps) {
  const { bad } = useMessages().policy
  return (
    <ul className="grid gap-1.5">
      {problems.map(({ line, path, reason, causes }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
        <li key={index} className="flex gap-3">
          {line !== null &&
            (onGoTo === undefined ? (
              <span className="flex-none text-fg-3 tabular-nums">{bad.line(line)}</span>
            ) : (
              <button
                type="button"
                aria-label={bad.goTo(line)}
                onClick={() => onGoTo(line)}
                className="reach flex-none self-start text-accent-fg tabular-nums underline-offset-3 hover:underline"
              >
                {bad.line(line)}
              </button>
            ))}
          <span className="min-w-0 wrap-anywhere">
            {path !== '' && (
              <>
                <ClusterText text={path} face="sans" truncate="none" />
                {': '}
              </>
            )}
            <Said of={{ detail: reason, causes }} />
          </span>
        </li>
      ))}
    </ul>
  )
}
