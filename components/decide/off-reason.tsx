'use client'

import { purposeOf } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { APPROVAL_RULE, Rule, signersRule } from '#components/shell/rule.tsx'
import type { Reason } from '#components/ui/button.tsx'
import { canDecide, useCluster, useFeed } from '#lib/query/live.ts'

/** Why requests of this signer cannot be decided now; null when they can. For `Button`'s `off`. */
export function useOffReason(signerName: string): Reason | null {
  const { common } = useMessages()
  const can = canDecide(useFeed(), useCluster(), signerName)
  if (can.ok) return null
  const { off } = common
  if (can.reason === 'notLive' || can.reason === 'notReviewed') return { text: off[can.reason] }
  const [title, text, spoken, rule] =
    can.reason === 'noApproval'
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
