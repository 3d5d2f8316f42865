import { NodeName } from '#components/machines/node-name.tsx'
import { readableValues } from '#components/machines/reason-line.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { unconfirmedWords } from '#lib/messages/check-words.ts'
import type { Reason } from '#lib/query/wire.ts'

interface UnconfirmedProps {
  /** The machine's. */
  readonly name: string
  readonly reason: Reason | null
}

/** Why nothing confirms a plausible machine, and what to do: normal on some clusters, odd on others. */
export function Unconfirmed({ name, reason }: UnconfirmedProps) {
  const { checks, machine, times } = useMessages()
  const { code = '', finding = '', values = {} } = reason ?? {}
  const words = unconfirmedWords(machine.notes.plausible.unconfirmed, code, finding)
  return (
    <Words
      text={words ?? checks.untold}
      blanks={{
        ...readableValues(values, times),
        name: <NodeName name={name} truncate="none" />,
      }}
    />
  )
}
