import { Hourglass } from 'lucide-react'
import { useMayHalt, useResumeOff } from '#components/bulk/run-buttons.tsx'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { useActOnRun } from '#lib/query/mutations.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface RunGroupProps {
  /** The run, which is under way. */
  readonly run: RunSummary
  readonly act: ReturnType<typeof useActOnRun>
}

/** The group of a run by role that waits for the group before it, and the button that begins it. */
export function RunGroupLine({ run, act }: RunGroupProps) {
  const { bulk, board } = useMessages()
  const texts = bulk.run.group
  const off = useResumeOff(run)
  const mayHalt = useMayHalt(run)
  const { group } = run
  if (group === null) return null
  const { title } = board.returning.roles[group.next]
  return (
    <div className="flex items-center gap-2.5 border-b border-line px-5 py-2">
      <Icon of={Hourglass} className="text-fg-2" />
      <p className="min-w-0 flex-1 text-fg-2">{texts.waits(title, group.notReady)}</p>
      {mayHalt && (
        <Button
          size="small"
          off={off}
          busy={act.isPending && act.variables.act === 'goOn'}
          title={texts.goOnNow}
          onClick={() => act.mutate({ id: run.id, act: 'goOn', next: group.next })}
        >
          {texts.goOn}
        </Button>
      )}
    </div>
  )
}
