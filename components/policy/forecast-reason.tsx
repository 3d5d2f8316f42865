import { Line, useReasonWords } from '#components/reason-line.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { PolicyForecast } from '#lib/wire/policy-answers.ts'

const LOOK = 'text-xs text-fg-2'

/** Reason of a forecast in one line: the brake, the first check in the way, or the confirmation. */
export function ForecastReason({ forecast }: { readonly forecast: PolicyForecast }) {
  const { checks, policy } = useMessages()
  const { automatic, reason, held } = forecast
  const { words, blanks } = useReasonWords(reason)
  if (held !== null) return <Line text={policy.shadow.held[held]} className={LOOK} />
  const text =
    words?.short ??
    (automatic.act === 'approve'
      ? checks.nothingConfirms
      : policy.shadow.because[automatic.because])
  return <Line text={text} blanks={blanks} className={LOOK} />
}
