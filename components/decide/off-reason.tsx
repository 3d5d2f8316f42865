import { Lock } from 'lucide-react'
import { useMemo } from 'react'
import { purposeOf } from '#components/decide/target.ts'
import { approveCommand } from '#components/shell/rbac-rules.ts'
import type { OffReason } from '#components/ui/button.tsx'
import { CodeBlock } from '#components/ui/code-block.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useCannotDecide, useCluster } from '#lib/query/live.ts'
import type { CannotDecide } from '#lib/query/may-decide.ts'

/**
 * Reason that requests of this signer cannot be decided now; null when they can. For `Button`'s
 * `off`. The object stays the same while the reason does, so that rows do not render again.
 */
export function useOffReason(signerName: string): OffReason | null {
  const { common } = useMessages()
  const why = useCannotDecide()(signerName)
  const command = useCommand()([signerName])
  return useMemo(
    () => (why === null ? null : reasonFor(why, [signerName], common.off, () => command)),
    [why, signerName, common, command],
  )
}

/**
 * Like useOffReason, for signers that are known only later, such as when a key is pressed on a row.
 * The reason for several signers is that none of their requests can be decided.
 */
export function useOffReasons(): (...signerNames: readonly string[]) => OffReason | null {
  const messages = useMessages()
  const whyNot = useCannotDecide()
  const commandFor = useCommand()
  return (...signerNames) =>
    reasonForAll(
      signerNames.map((name) => [name, whyNot(name)]),
      messages,
      commandFor,
    )
}

/** The command that gives the person the right to approve requests of these signers. */
type CommandFor = (signerNames: readonly string[]) => string

function useCommand(): CommandFor {
  const cluster = useCluster()
  return (signerNames) => (cluster === null ? '' : approveCommand(cluster, signerNames))
}

type Messages = ReturnType<typeof useMessages>
/** Reason that no request of these signers can be decided; null where some can. */
export function reasonForAll(
  asked: readonly (readonly [signerName: string, why: CannotDecide | null])[],
  { common: { off }, joined }: Pick<Messages, 'common' | 'joined'>,
  commandFor: CommandFor,
): OffReason | null {
  const stopped = asked.flatMap(([name, why]) => (why === null ? [] : [[name, why] as const]))
  const [first] = stopped
  if (first === undefined || stopped.length < asked.length) return null
  const missing = stopped.flatMap(([name, why]) => (why === 'noSigner' ? [name] : []))
  if (missing.length === 0)
    return reasonFor(
      first[1],
      stopped.map(([name]) => name),
      off,
      commandFor,
    )
  const reason = reasonFor('noSigner', missing, off, commandFor)
  const other = stopped.find(([, why]) => why !== 'noSigner')
  if (other === undefined) return reason
  const { text } = reasonFor(other[1], [other[0]], off, commandFor)
  return {
    text: joined.sentences([reason.text, text]),
    more: (
      <>
        {reason.more}
        <p className="mt-2">{text}</p>
      </>
    ),
  }
}

function reasonFor(
  why: CannotDecide,
  signerNames: readonly string[],
  off: Messages['common']['off'],
  commandFor: CommandFor,
): OffReason {
  if (why !== 'noApproval' && why !== 'noSigner') return { text: off[why] }
  const [only = '', ...others] = signerNames
  const [title, spoken] =
    why === 'noApproval'
      ? [off.noApproval.title, off.noApproval.spoken]
      : [
          off.noSigner.title(others.length > 0 ? 'several' : purposeOf(only)),
          off.noSigner.spoken(signerNames),
        ]
  return {
    text: spoken,
    more: (
      <>
        <p className="font-semibold text-fg">{title}</p>
        <p>{off.askAdmin}</p>
        <CodeBlock label="RBAC" text={commandFor(signerNames)} className="mt-2 max-h-64" />
      </>
    ),
  }
}

/**
 * Icon in front of a button's words where a right is missing; none while the connection is lost.
 */
export function OffLock({ off }: { readonly off: OffReason | null }) {
  return off?.more === undefined ? null : <Icon of={Lock} size="small" />
}
