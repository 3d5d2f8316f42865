import { useEffect, useState } from 'react'
import { PlanDialog } from '#components/bulk/plan-dialog.tsx'
import { RunList } from '#components/bulk/run-list.tsx'
import { RunView } from '#components/bulk/run-view.tsx'
import type { Target } from '#components/decide/target.ts'
import { useRun, useShownRuns } from '#lib/query/run-queries.ts'
import type { PlanBody } from '#lib/wire/run-answers.ts'

interface BulkDialogProps {
  readonly selection: PlanBody['selection']
  readonly onClose: () => void
  /** Replaces this dialog by the denial of these targets. */
  readonly onDeny: (targets: readonly Target[]) => void
}

/** Dialog of one bulk approval, from its plan to its report. */
export function BulkDialog({ selection, onClose, onDeny }: BulkDialogProps) {
  const [started, setStarted] = useState<string | null>(null)
  if (started !== null) return <RunDialog id={started} onClose={onClose} onDeny={onDeny} />
  return <PlanDialog selection={selection} onStarted={setStarted} onClose={onClose} />
}

interface RunDialogProps extends Omit<BulkDialogProps, 'selection'> {
  /** The run's id; null for the runs in the top bar, one or a list. */
  readonly id: string | null
}

export function RunDialog({ id, onClose, onDeny }: RunDialogProps) {
  const runs = useShownRuns()
  const [chosen, setChosen] = useState(id ?? (runs.length === 1 ? (runs[0]?.id ?? null) : null))
  const run = useRun(chosen)
  const [wasRead] = useState(() => run?.dismissed === true)
  // The run is over when its report was read in another tab, or the server was started anew.
  const isOver = chosen === null ? runs.length === 0 : run === null || (run.dismissed && !wasRead)
  useEffect(() => {
    if (isOver) onClose()
  }, [isOver, onClose])
  if (isOver) return null
  if (run === null) return <RunList runs={runs} onOpen={setChosen} onClose={onClose} />
  return <RunView run={run} onClose={onClose} onDeny={onDeny} />
}
