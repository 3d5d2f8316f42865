import { listRow } from '#components/bulk/plan-lists.tsx'
import { useRunText } from '#components/bulk/run-chip.tsx'
import { RUNS_PATH } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { useCluster, useNow } from '#lib/query/live.ts'
import type { RunSummary } from '#lib/wire/run-answers.ts'

interface RunListProps {
  readonly runs: readonly RunSummary[]
  readonly onOpen: (id: string) => void
  readonly onClose: () => void
}

/** Lists several runs, one a line: the owner, the start, the progress. */
export function RunList({ runs, onOpen, onClose }: RunListProps) {
  const { bulk, runs: runTexts, times } = useMessages()
  const mayApprove = useCluster()?.access.approval ?? true
  const now = useNow()
  const textOf = useRunText()
  return (
    <Dialog
      open
      onClose={onClose}
      title={bulk.list.title}
      description={runTexts.lede.text[mayApprove ? 'mine' : 'others']}
      footer={
        <LinkButton href={RUNS_PATH} onClick={onClose}>
          {bulk.list.all}
        </LinkButton>
      }
    >
      <ul className="px-5 py-3">
        {runs.map((run) => (
          <li
            key={run.id}
            className={`${listRow} grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_auto] text-sm`}
          >
            <ClusterText text={run.user} face="sans" />
            <span className="text-fg-2 tabular-nums">
              {textOf(run)} · {times.exactMoment(run.startedAt, now)}
            </span>
            <Button look="quiet" size="small" onClick={() => onOpen(run.id)}>
              {bulk.list.open}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
