import { FileTerminal } from 'lucide-react'
import { Button } from '#components/ui/button.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { SavingFailed, useSaving } from '#components/ui/saving.tsx'
import { useCluster } from '#lib/query/live.ts'
import { readPlanScript } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

interface ScriptButtonProps {
  readonly plan: string
  readonly ticks: ReadonlySet<string>
  readonly superseded: boolean
}

/** Saves the ticked part of a plan as a script for a change ticket. In the desktop page only. */
export function ScriptButton({ plan, ticks, superseded }: ScriptButtonProps) {
  const { script } = useMessages().bulk
  const client = useLiveClient()
  const isOpenShift = (useCluster()?.operators.length ?? 0) > 0
  const { state, save } = useSaving()
  const ask = { ticks, superseded, program: isOpenShift ? 'oc' : 'kubectl' } as const
  return (
    <span className="flex items-center gap-2 max-tablet:hidden">
      <SavingFailed state={state} />
      <Button
        icon={FileTerminal}
        look="quiet"
        aria-label={script.label}
        busy={state === 'busy'}
        onClick={() => save('countersign-plan.sh', () => readPlanScript(client, plan, ask))}
      >
        {script.save}
      </Button>
    </span>
  )
}
