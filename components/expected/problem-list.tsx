'use client'

import { useMessages, Words } from '#components/messages.tsx'
import type { ExpectedProblem } from '#lib/csr/expected-problem.ts'

interface ProblemListProps {
  readonly problems: readonly ExpectedProblem[]
  /** Where the lines are at hand: goes there. */
  readonly onGoTo?: (line: number) => void
}

/** Why a list is refused, line by line. */
export function ProblemList({ problems, onGoTo }: ProblemListProps) {
  const { editor, problems: sentences } = useMessages().expected
  return (
    <ul className="grid gap-1.5">
      {problems.map(({ code, line, values }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
        <li key={index} className="flex gap-3">
          {line !== null &&
            (onGoTo === undefined ? (
              <span className="flex-none text-fg-3 tabular-nums">{editor.line(line)}</span>
            ) : (
              <button
                type="button"
                aria-label={editor.goTo(line)}
                onClick={() => onGoTo(line)}
                className="reach flex-none self-start text-accent-fg tabular-nums underline-offset-3 hover:underline"
              >
                {editor.line(line)}
              </button>
            ))}
          <span className="min-w-0 wrap-anywhere">
            <Words text={sentences[code]} blanks={values} />
          </span>
        </li>
      ))}
    </ul>
  )
}
