import { useCallback } from 'react'
import { purposeOf, type Target, targetName } from '#components/decide/target.ts'
import { plainWords, useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { useSay } from '#components/ui/live-region.tsx'
import { showToast } from '#components/ui/toast.tsx'
import type { DecidableRequest, Decision } from '#lib/query/domain-types.ts'
import type { DecidedItem } from '#lib/query/mutations.ts'

type Report = (
  decision: Decision,
  target: Target,
  request: DecidableRequest,
  item: DecidedItem,
) => void

/**
 * Says how a decision went. An approval is only heard: the row shows it. What went otherwise is shown
 * and stays until it is closed, in the cluster's own words where it had any. Of a denial that went as
 * asked there is more to say (report-denial.tsx).
 */
export function useReportOutcome(): Report {
  const say = useSay()
  const { decide } = useMessages()
  return useCallback(
    (decision, target, request, item) => {
      const { outcome } = item
      const blanks = { name: targetName(target) }
      if (outcome === 'busy' || outcome === 'left' || outcome === 'denied') return
      if (outcome === 'approved') {
        say(plainWords(decide.approved[purposeOf(request.signerName)], blanks))
        return
      }
      const title = decide.outcomes[decision][outcome]
      const fallback = {
        changed: decide.outcomes.lookAgain,
        unknown: decide.outcomes.readBack,
      } as const
      const otherwise = outcome in fallback ? fallback[outcome as 'changed'] : ''
      showToast({
        tone: outcome === 'already' || outcome === 'proposed' ? 'plain' : 'bad',
        title: <Words text={title} blanks={blanks} />,
        description:
          item.detail === null ? <Words text={otherwise} blanks={blanks} /> : <Said of={item} />,
      })
    },
    [say, decide],
  )
}
