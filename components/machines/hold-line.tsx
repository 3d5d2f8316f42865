import { Line, ReasonLine } from '#components/reason-line.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { Hold, Reason, Verdict } from '#lib/csr/model.ts'
import { isSaidByChecks } from '#lib/csr/rows/hold-findings.ts'
import { holdWords } from '#lib/messages/grammar/hold-words.ts'

interface WaitReasonProps {
  readonly hold: Hold | null
  readonly reason: Reason | null
  readonly verdict: Verdict | null
  readonly className: string
}

/**
 * One line: why a machine waits. The hold is shown where it says more than the verdict's reason.
 * The catalogue decides that, so that the two never contradict.
 */
export function WaitReason({ hold, reason, verdict, className }: WaitReasonProps) {
  const short = useHoldShort(hold)
  return short === null ? (
    <ReasonLine reason={reason} verdict={verdict} className={className} />
  ) : (
    <Line text={short} blanks={hold?.values ?? {}} className={className} />
  )
}

/** A hold in a few words; null where there is none, or where it adds nothing. */
export function useHoldShort(hold: Hold | null): string | null {
  const messages = useMessages()
  if (hold === null || isSaidByChecks(hold)) return null
  const words = holdWords(messages.hold, hold)
  return words === null ? messages.hold.unlisted : words.short
}

/**
 * Reason that a Node is not Ready: the first clause of its own message. Null where another hold
 * counts.
 */
export function nodeSays(hold: Hold | null, problem: string | null): string | null {
  if (problem === null || hold?.finding !== 'notReady') return null
  return problem.replace(/^\w+: /, '').split(': ', 1)[0] ?? problem
}
