import { DatabaseZap } from 'lucide-react'
import { useMessages } from '#components/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useAtNow, useSummary } from '#lib/query/live.ts'

/** On every page: the record cannot be written, what that means for decisions, and the remedy. */
export function RecordNote() {
  const { shell, times } = useMessages()
  const record = useSummary().summary?.record ?? null
  const since = record?.troubleSince ?? null
  const title = useAtNow((now) =>
    since === null ? '' : shell.record.trouble(times.moment(Date.parse(since), now)),
  )
  if (record === null || since === null) return null
  const { required, optional, remedy } = shell.record
  return (
    <div role="alert">
      <Note icon={DatabaseZap} tone="bad" title={title} className="mb-4">
        {record.required ? required : optional} {remedy}
      </Note>
    </div>
  )
}
