import { useMessages } from '#components/ui/messages.tsx'
import { useNow } from '#lib/query/live.ts'
import type { Summary } from '#lib/wire/views.ts'

type Returning = Summary['returning']

/** Time at which the first returning machine went silent; null where unknown. */
export function useSilentSince({ silent }: Returning): string | null {
  const { times } = useMessages()
  const now = useNow(60_000)
  return silent === null ? null : times.moment(Date.parse(silent.first), now)
}

/** Seconds between the first and the last of these times; null where they are one. */
export function silentWithin({ silent }: Returning): number | null {
  const seconds = silent === null ? 0 : (Date.parse(silent.last) - Date.parse(silent.first)) / 1_000
  return seconds === 0 ? null : seconds
}
