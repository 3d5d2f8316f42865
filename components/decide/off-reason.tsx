import { Lock } from 'lucide-react'
import { useMemo } from 'react'
import { purposeOf } from '#components/decide/target.ts'
import { useMessages } from '#components/messages.tsx'
import { APPROVAL_RULE, signersRule } from '#components/shell/rbac-rules.ts'
import type { Reason } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useCanDecide } from '#lib/query/live.ts'
import type { CanDecide, CannotDecide } from '#lib/query/shown-feed.ts'

/**
 * Why requests of this signer cannot be decided now; null when they can. For `Button`'s `off`. The
 * same object while the reason is the same, so that rows which hold it need not render again.
 */
export function useOffReason(signerName: string): Reason | null {
  const { common } = useMessages()
  const can = useCanDecide()(signerName)
  const why = can.ok ? null : can.reason
  return useMemo(
    () => (why === null ? null : reasonFor(why, [signerName], common.off)),
    [why, signerName, common],
  )
}

/**
 * The same for whatever signers come to be asked about, as when a key is pressed on a row: of several,
 * why the requests of none of them can be decided.
 */
export function useOffReasons(): (...signerNames: readonly string[]) => Reason | null {
  const { common } = useMessages()
  const canDecide = useCanDecide()
  return (...signerNames) =>
    reasonForAll(
      signerNames.map((name) => [name, canDecide(name)]),
      common.off,
    )
}

type OffWords = ReturnType<typeof useMessages>['common']['off']

/** Null where some can be decided. */
export function reasonForAll(
  asked: readonly (readonly [signerName: string, can: CanDecide])[],
  off: OffWords,
): Reason | null {
  const stopped = asked.flatMap(([name, can]) => (can.ok ? [] : [[name, can.reason] as const]))
  const [first] = stopped
  if (first === undefined || stopped.length < asked.length) return null
  const missing = stopped.flatMap(([name, why]) => (why === 'noSigner' ? [name] : []))
  if (missing.length === 0) return reasonFor(first[1], [], off)
  const reason = reasonFor('noSigner', missing, off)
  if (missing.length === stopped.length) return reason
  return {
    text: `${reason.text} ${off.notListed}`,
    more: (
      <>
        {reason.more}
        <p className="mt-2">{off.notListed}</p>
      </>
    ),
  }
}

function reasonFor(why: CannotDecide, signerNames: readonly string[], off: OffWords): Reason {
  if (why !== 'noApproval' && why !== 'noSigner') return { text: off[why] }
  const [only = '', ...others] = signerNames
  const [title, text, spoken, rule] =
    why === 'noApproval'
      ? [off.noApproval.title, off.noApproval.text, off.noApproval.spoken, APPROVAL_RULE]
      : [
          off.noSigner.title(others.length > 0 ? 'several' : purposeOf(only)),
          off.noSigner.text,
          off.noSigner.spoken(signerNames),
          signersRule(signerNames),
        ]
  return {
    text: spoken,
    more: (
      <>
        <p className="font-semibold text-fg">{title}</p>
        <p>{text}</p>
        <CodeBlock label="RBAC" text={rule} className="mt-2" />
      </>
    ),
  }
}

/** Before a button's words where a right is missing; what only waits for the connection has none. */
export function OffLock({ off }: { readonly off: Reason | null }) {
  return off?.more === undefined ? null : <Icon of={Lock} size="small" />
}
