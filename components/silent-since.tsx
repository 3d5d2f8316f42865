import { readableTime } from '#components/reason-line.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import type { Reason } from '#lib/csr/model.ts'
import { useNow } from '#lib/query/live.ts'

interface SilentSinceProps {
  /** A reason that says since when the Node of the request's name is not Ready. */
  readonly reason: Reason | null
}

/** Since when the Node has been silent or not Ready, and how old it is. */
export function SilentSince({ reason }: SilentSinceProps) {
  const { board, times } = useMessages()
  const now = useNow()
  const { ready = '', since = '', createdAt = '' } = reason?.values ?? {}
  const texts = board.row.existingNode
  const age = (now - Date.parse(createdAt)) / 1_000
  return (
    <Words
      // A kubelet that still reports sets False itself; for a silent kubelet the cluster sets
      // Unknown.
      text={ready === 'False' ? texts.notReady : texts.silent}
      blanks={{ since: readableTime(since, times), age: times.span(Number.isNaN(age) ? 0 : age) }}
    />
  )
}
