'use client'

import { purposeOf } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import type { Reason } from '#components/ui/button.tsx'
import { canDecide, useCluster, useFeed } from '#lib/query/live.ts'

/** The missing rules as YAML, to hand to a cluster admin. */
export function missingRule(what: 'approval' | 'signers', signerNames: readonly string[]): string {
  return what === 'approval'
    ? `- apiGroups: ["certificates.k8s.io"]
  resources: ["certificatesigningrequests/approval"]
  verbs: ["update"]`
    : `- apiGroups: ["certificates.k8s.io"]
  resources: ["signers"]
  resourceNames: [${signerNames.map((name) => JSON.stringify(name)).join(', ')}]
  verbs: ["approve"]`
}

/** Why requests of this signer cannot be decided now; null when they can. For `Button`'s `off`. */
export function useOffReason(signerName: string): Reason | null {
  const { common } = useMessages()
  const can = canDecide(useFeed(), useCluster(), signerName)
  if (can.ok) return null
  const { off } = common
  if (can.reason === 'notLive' || can.reason === 'notReviewed') return { text: off[can.reason] }
  const [title, text, spoken, rule] =
    can.reason === 'noApproval'
      ? [
          off.noApproval.title,
          off.noApproval.text,
          off.noApproval.spoken,
          missingRule('approval', []),
        ]
      : [
          off.noSigner.title(purposeOf(signerName)),
          off.noSigner.text,
          off.noSigner.spoken(signerName),
          missingRule('signers', [signerName]),
        ]
  return {
    text: spoken,
    more: (
      <>
        <p className="font-semibold text-fg">{title}</p>
        <p>{text}</p>
        <pre className="mt-2 rounded-md bg-sunken px-2.5 py-2 font-mono text-xs text-fg">
          {rule}
        </pre>
      </>
    ),
  }
}
