import { Said } from '#components/said.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import type { ExpectedProblem } from '#lib/csr/policy/expected-problem.ts'
import type { PolicyProblem } from '#lib/wire/policy-answers.ts'

/** A problem of the list of expected machines, or of the policy. */
export type DocumentProblem = ExpectedProblem | PolicyProblem

interface ProblemsProps {
  readonly problems: readonly DocumentProblem[]
  /** Goes to a line, where the page shows the lines. */
  readonly onGoTo?: ((line: number) => void) | undefined
}

/** Reasons that a text is refused, line by line. */
export function Problems({ problems, onGoTo }: ProblemsProps) {
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
            <span className="min-w-0 wrap-anywhere">
              <ProblemText problem={problem} />
            </span>
          </li>
        )
      })}
    </ul>
  )
}

function ProblemText({ problem }: { readonly problem: DocumentProblem }) {
  const { problems } = useMessages().expected
  if ('code' in problem) return <Words text={problems[problem.code]} blanks={problem.values} />
  const { path, reason, causes } = problem
  return (
    <>
      {path !== '' && (
        <>
          <ClusterText text={path} face="sans" truncate="none" />
          {': '}
        </>
      )}
      <Said of={{ detail: reason, causes }} />
    </>
  )
}
