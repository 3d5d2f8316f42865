import { usePartlyJudged } from '#components/machines/partly-judged.tsx'
import { useOff } from '#components/machines/permissions.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useFeed } from '#lib/query/live.ts'
import { whyDecisionsOff } from '#lib/query/may-decide.ts'
import type { Summary } from '#lib/wire/views.ts'

/**
 * The bulk button's offer: machines that have joined before, if there are any; else the verified
 * machines that this person may decide.
 */
export function useBulkOffer({ counts, offer }: Pick<Summary, 'counts' | 'offer'>) {
  const { board } = useMessages()
  const { summary, returning } = board
  const off = useOff()
  const why = whyDecisionsOff(useFeed())
  const partial = (off.client === null) !== (off.serving === null)
  const isPartly = usePartlyJudged()
  const sound = partial ? offer[off.client === null ? 'client' : 'serving'] : counts
  const { verified, plausible } = isPartly ? NOTHING : sound
  const offered = verified > 0 ? verified : plausible
  const isPlan = counts.returning > 0 && !isPartly
  const label = isPlan
    ? returning.plan(counts.returning)
    : offered > 0
      ? summary.bulk(offered)
      : summary.bulkNone
  if (why !== null) return { label, hint: summary.off[why], off: off.client }
  if (!partial && off.client !== null) {
    const { text, more } = off.client
    return { label, hint: more === undefined ? text : summary.offNoPermission, off: off.client }
  }
  if (isPlan) return { label, hint: returning.planHint, off: off.client }
  if (offered === 0) return { label, hint: '', off: { text: summary.bulkNoneSpoken } }
  return {
    label,
    hint: partial
      ? off.client === null
        ? summary.clientOnly
        : summary.servingOnly
      : summary.bulkHint(verified, plausible),
    off: null,
  }
}

/** Counts while a source of evidence is lost: no machine is called verified or plausible then. */
const NOTHING = { verified: 0, plausible: 0 }
