'use client'

import { Lock } from 'lucide-react'
import { useMemo } from 'react'
import { purposeOf } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { APPROVAL_RULE, Rule, signersRule } from '#components/shell/rule.tsx'
import type { Reason } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import type { CannotDecide } from '#lib/query/feed.ts'
import { canDecide, useCluster, useFeed } from '#lib/query/live.ts'

/**
 * Why requests of this signer cannot be decided now; null when they can. For `Button`'s `off`. The
 * same object while the reason is the same, so that rows which hold it need not render again.
 */
export function useOffReason(signerName: string): Reason | null {
  const { common } = useMessages()
  const can = canDecide(useFeed(), useCluster(), signerName)
  const why = can.ok ? null : can.reason
  return useMemo(
    () => (why === null ? null : reasonFor(why, signerName, common.off)),
    [why, signerName, common],
  )
}

/** The same for whatever signer comes to be asked about, as when a key is pressed on a row. */
export function useOffReasons(): (signerName: string) => Reason | null {
  const { common } = useMessages()
  const feed = useFeed()
  const cluster = useCluster()
  return (signerName) => {
    const can = canDecide(feed, cluster, signerName)
    return can.ok ? null : reasonFor(can.reason, signerName, common.off)
  }
}

type OffWords = ReturnType<typeof useMessages>['common']['off']

function reasonFor(why: CannotDecide, signerName: string, off: OffWords): Reason {
  if (why === 'notLive' || why === 'notReviewed' || why === 'notListed') return { text: off[why] }
  const [title, text, spoken, rule] =
    why === 'noApproval'
      ? [off.noApproval.title, off.noApproval.text, off.noApproval.spoken, APPROVAL_RULE]
      : [
          off.noSigner.title(purposeOf(signerName)),
          off.noSigner.text,
          off.noSigner.spoken(signerName),
          signersRule([signerName]),
        ]
  return {
    text: spoken,
    more: (
      <>
        <p className="font-semibold text-fg">{title}</p>
        <p>{text}</p>
        <Rule text={rule} />
      </>
    ),
  }
}

/** Before a button's words where a right is missing; what only waits for the connection has none. */
export function OffLock({ off }: { readonly off: Reason | null }) {
  return off?.more === undefined ? null : <Icon of={Lock} size="small" />
}
