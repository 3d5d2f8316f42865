import { useCallback } from 'react'
import { purposeOf, type Target, targetName } from '#components/decide/target.ts'
import { Said } from '#components/said.tsx'
import { machinePath, requestPath } from '#components/shell/routes.ts'
import { plainWords, useMessages, Words } from '#components/ui/messages.tsx'
import { showToast, type ToastWords } from '#components/ui/toast.tsx'
import { MINUTE_MS } from '#lib/csr/units-of-time.ts'
import type { Messages } from '#lib/messages/catalogue.ts'
import type { DecidableRequest, DecidedItem } from '#lib/query/mutations.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'
import type { Decision } from '#lib/wire/outcomes.ts'

interface Decided {
  readonly decision: Decision
  readonly target: Target
  readonly request: DecidableRequest
  readonly item: DecidedItem
  /** Minutes for which the machine's serving request is approved, too, once it arrives. */
  readonly followMinutes?: number
}

/**
 * Shows the outcome of one decision, wherever it was made. A failure stays until it is closed, in
 * the cluster's own words if it gave any. report-denial.tsx adds what follows a denial.
 */
export function useReportOutcome(): (decided: Decided) => void {
  const { decide, joined, times } = useMessages()
  const { clock } = useLiveClient()
  return useCallback(
    ({ decision, target, request, item, followMinutes }) => {
      const { outcome } = item
      const blanks = { name: targetName(target) }
      if (outcome === 'busy' || outcome === 'left' || outcome === 'denied') return
      if (outcome === 'approved') {
        const { title, next, followed, olderLeft } = decide.approved
        const now = clock.now()
        const isFollowed = followMinutes !== undefined
        const then = isFollowed
          ? followed(times.moment(now + followMinutes * MINUTE_MS, now))
          : next
        const left = item.olderLeft === undefined ? [] : [olderLeft(item.olderLeft)]
        showToast({
          tone: 'good',
          title: (
            <Words
              text={title[isFollowed ? 'both' : purposeOf(request.signerName)]}
              blanks={blanks}
            />
          ),
          description: [then, ...left].join(joined.stop),
          view: viewOf(target, decide.view),
        })
        return
      }
      const fallback = {
        changed: decide.outcomes.lookAgain,
        unknown: decide.outcomes.readBack,
      } as const
      const otherwise = outcome in fallback ? fallback[outcome as 'changed'] : ''
      const isBad = outcome !== 'already' && outcome !== 'proposed'
      showToast({
        tone: isBad ? 'bad' : 'plain',
        title: <Words text={decide.outcomes[decision][outcome]} blanks={blanks} />,
        description:
          item.detail === null ? <Words text={otherwise} blanks={blanks} /> : <Said of={item} />,
        view: viewOf(target, isBad ? decide.review : decide.view),
      })
    },
    [decide, joined, times, clock],
  )
}

/** Link to the machine, or to the request where no machine is known. */
export function viewOf(
  target: Target,
  { text, label }: Messages['decide']['view'],
): NonNullable<ToastWords['view']> {
  const machine = target.kind === 'machine' ? target.machine.name : target.request.nodeName
  const alone = target.kind === 'request' ? target.request.uid : ''
  return {
    href: machine === null ? requestPath(alone) : machinePath(machine),
    text,
    label: plainWords(label, { name: targetName(target) }),
  }
}
