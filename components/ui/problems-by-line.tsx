import type { ReactNode } from 'react'
import { useMessages } from '#components/messages.tsx'

interface ProblemsByLineProps<Problem> {
  readonly problems: readonly Problem[]
  /** Goes to the line, where the lines are on screen. */
  readonly onGoTo: ((line: number) => void) | undefined
  /** Words for one problem. */
  readonly children: (problem: Problem) => ReactNode
}

/** Problems of a text, line by line. */
export function ProblemsByLine<Problem extends { readonly line: number | null }>({
  problems,
  onGoTo,
  children,
}: ProblemsByLineProps<Problem>) {
  const { documents } = useMessages()
  return (
    <ul className="grid gap-1.5">
      {problems.map((problem, index) => {
        const { line } = problem
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: told anew as a whole
          <li key={index} className="flex gap-3">
            {line !== null &&
              (onGoTo === undefined ? (
                <span className="flex-none text-fg-3 tabular-nums">{documents.line(line)}</span>
              ) : (
                <button
                  type="button"
                  aria-label={documents.goTo(line)}
                  onClick={() => onGoTo(line)}
                  className="reach flex-none self-start text-accent-fg tabular-nums underline-offset-3 hover:underline"
                >
                  {documents.line(line)}
                </button>
              ))}
            <span className="min-w-0 wrap-anywhere">{children(problem)}</span>
          </li>
        )
      })}
    </ul>
  )
}
