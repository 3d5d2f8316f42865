import { NodeName } from '#components/machines/node-name.tsx'
import { readableValues } from '#components/machines/reason-line.tsx'
import { type Blanks, useMessages } from '#components/messages.tsx'
import { type ToldWords, unconfirmedWords } from '#lib/messages/check-words.ts'
import type { Reason } from '#lib/query/wire.ts'

interface Unconfirmed {
  readonly words: ToldWords
  readonly blanks: Blanks
}

/**
 * Why nothing confirms the plausible machine of that name, and what to do: normal on some clusters,
 * odd on others.
 */
export function useUnconfirmed(name: string, reason: Reason | null): Unconfirmed {
  const { checks, machine, times } = useMessages()
  const { code = '', finding = '', values = {} } = reason ?? {}
  const words = unconfirmedWords(machine.notes.plausible.unconfirmed, code, finding)
  return {
    words: words ?? { summary: checks.untold },
    blanks: { ...readableValues(values, times), name: <NodeName name={name} truncate="none" /> },
  }
}
