import { Unplug } from 'lucide-react'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useWhose } from '#components/decide/whose.ts'
import { Button } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { useNow } from '#lib/query/live.ts'
import { useShownRuns } from '#lib/query/run-queries.ts'

/**
 * Lists machines of a run that ended with the server's process, while one of them needs a person.
 */
export function CutOffNote() {
  const { bulk, times } = useMessages()
  const { run: open } = useDecideActions()
  const now = useNow(60_000)
  const whose = useWhose()
  const runs = useShownRuns().filter(({ status, needsYou }) => status === 'cutOff' && needsYou > 0)
  return runs.map(({ id, user, startedAt, needsYou }) => (
    <Note
      key={id}
      icon={Unplug}
      tone="warn"
      title={bulk.cutOff.title}
      className="mb-4"
      action={
        <Button size="small" onClick={() => open(id)}>
          {bulk.cutOff.show}
        </Button>
      }
    >
      <Words
        text={bulk.cutOff.text(needsYou, whose)}
        blanks={{ user, time: times.exactMoment(startedAt, now) }}
      />
    </Note>
  ))
}
