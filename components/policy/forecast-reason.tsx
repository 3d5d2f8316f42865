'use client'

import { Line, readableValues } from '#components/machines/reason-line.tsx'
import { useMessages } from '#components/messages.tsx'
import { findingWords } from '#lib/messages/check-words.ts'
import type { ToldForecast } from '#lib/query/policy.ts'

interface ForecastReasonProps {
  readonly forecast: ToldForecast
  readonly className?: string
}

/** Why, in one line: the brake, the first check in the way, or what confirmed the machine. */
export function ForecastReason({ forecast, className }: ForecastReasonProps) {
  const { checks, policy, times } = useMessages()
  const { automatic, reason, held } = forecast
  const known = reason === null ? null : findingWords(checks.table, reason.code, reason.finding)
  if (held !== null) return <Line text={policy.shadow.held[held]} className={className} />
  const text =
    known?.short ??
    (automatic.act === 'approve'
      ? checks.nothingConfirms
      : policy.shadow.because[automatic.because])
  return <Line text={text} blanks={readableValues(reason?.values, times)} className={className} />
}
