import { DatabaseZap } from 'lucide-react'
import { useMessages } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useAtNow, useSummary } from '#lib/query/live.ts'

/** On every page: the record cannot be written, or has no room left, and the remedy. */
export function RecordNote() {
  const { joined, shell, times } = useMessages()
  const record = useSummary().summary?.record ?? null
  const { required, optional, remedy, trouble, full, fullText } = shell.record
  const isFull = record?.troubleSince === null
  const since = (isFull ? record.fullSince : record?.troubleSince) ?? null
  const title = useAtNow((now) => {
    const say = isFull ? full : trouble
    return since === null ? '' : say(times.moment(Date.parse(since), now))
  })
  if (record === null || since === null) return null
  return (
    <div role="alert">
      <Note icon={DatabaseZap} tone={isFull ? 'warn' : 'bad'} title={title} className="mb-4">
        {isFull ? fullText : joined.sentences([record.required ? required : optional, remedy])}
      </Note>
    </div>
  )
}
