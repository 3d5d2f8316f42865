import {
  CircleCheck,
  LoaderCircle,
  type LucideIcon,
  PauseCircle,
  Square,
  TriangleAlert,
  Unplug,
} from 'lucide-react'
import { RunButtons } from '#components/bulk/run-buttons.tsx'
import { TrackBar } from '#components/bulk/track-bar.tsx'
import { useDecideActions } from '#components/decide/decide-provider.tsx'
import { useWhose } from '#components/decide/whose.ts'
import { Line } from '#components/machines/reason-line.tsx'
import { useMessages } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { visible } from '#lib/csr/escape.ts'
import { problemOf } from '#lib/query/api.ts'
import { isUnderWay, type RunSummary } from '#lib/query/domain-types.ts'
import { useAtNow } from '#lib/query/live.ts'
import { useActOnRun } from '#lib/query/mutations.ts'

export const RUN_HEIGHT: RowHeight = { row: 56, lines: 148 }

/** A denial has no report: each of its requests is said where it was started. */
export function hasReport({ decision }: RunSummary): boolean {
  return decision === 'approve'
}

const second = 'block text-xs text-fg-3'

/** On phones: what it does; state; progress; by whom, when; its buttons. */
export const RUN_COLUMNS: Columns<RunSummary> = {
  what: {
    look: 'max-roomy:col-[1/8] max-roomy:row-1',
    cell: (run) => <What run={run} />,
  },
  state: {
    width: 'w-[170px] wide:w-[18%]',
    look: 'max-roomy:col-[8/13] max-roomy:row-1',
    cell: (run) => <State run={run} />,
  },
  progress: {
    width: 'w-[170px] wide:w-[20%]',
    look: 'max-roomy:col-[1/8] max-roomy:row-2',
    cell: (run) => <Progress run={run} />,
  },
  by: {
    width: 'w-[150px] wide:w-[14%]',
    look: 'max-roomy:col-[8/13] max-roomy:row-2',
    cell: (run) => <By run={run} />,
  },
  action: {
    isHeadSpoken: true,
    width: 'w-[236px]',
    look: 'max-roomy:col-[1/13] max-roomy:row-3',
    cell: (run) => <Actions run={run} />,
  },
}

interface CellProps {
  readonly run: RunSummary
}

function What({ run }: CellProps) {
  const { runs, bulk, times } = useMessages()
  const { decision, follows, followUntil, progress } = run
  const until = useAtNow((now) =>
    followUntil === null || !isUnderWay(run)
      ? ''
      : bulk.run.follows(times.exactMoment(followUntil, now)),
  )
  return (
    <>
      {follows !== null ? (
        <Line text={runs.what.follows} blanks={{ name: follows }} className="font-medium" />
      ) : (
        <span className="block font-medium">
          {decision === 'deny'
            ? runs.what.deny(progress.total)
            : runs.what.approve(progress.machines)}
        </span>
      )}
      {until !== '' && <Line text={until} className="text-xs text-fg-3" />}
    </>
  )
}

const GLYPHS: Record<RunSummary['status'], LucideIcon> = {
  running: LoaderCircle,
  paused: PauseCircle,
  stopped: Square,
  finished: CircleCheck,
  cutOff: Unplug,
}

/** Its state, and what of it needs a person. */
function State({ run }: CellProps) {
  const { runs } = useMessages()
  const whose = useWhose()
  const { status, pause, haltedBy, needsYou } = run
  const isHalted = status === 'stopped' || pause?.why === 'person'
  return (
    <>
      <span className="flex items-center gap-1.5">
        <Icon
          of={needsYou > 0 ? TriangleAlert : GLYPHS[status]}
          size="small"
          className={
            status === 'running' ? 'animate-spin text-accent-fg' : needsYou > 0 ? 'text-bad-fg' : ''
          }
        />
        {pause !== null && !isHalted ? runs.waits[pause.why] : runs.states[status]}
      </span>
      {needsYou > 0 ? (
        <span className="block text-xs text-bad-fg">{runs.needsYou(needsYou, whose)}</span>
      ) : (
        isHalted &&
        haltedBy !== null && (
          <Line text={runs.haltedBy} blanks={{ user: haltedBy }} className="text-xs text-fg-3" />
        )
      )}
    </>
  )
}

function Progress({ run }: CellProps) {
  const { runs } = useMessages()
  const { decided, total, machines, steps } = run.progress
  const words = runs.progress[run.decision](decided, total)
  return (
    <>
      <span className="mb-1 block tabular-nums">{words}</span>
      <TrackBar done={decided} all={total} label={runs.progress.bar[run.decision]} />
      {machines > 0 && (
        <span className={`${second} tabular-nums`}>
          {runs.progress.ready(steps.ready, machines)}
        </span>
      )}
    </>
  )
}

function By({ run }: CellProps) {
  const { runs, times } = useMessages()
  const { user, startedAt, endedAt } = run
  const started = useAtNow((now) => times.exactMoment(startedAt, now))
  return (
    <>
      <ClusterText text={user} face="sans" />
      <span className={`${second} tabular-nums`}>
        {started}
        {endedAt !== null && ` · ${runs.took((endedAt - startedAt) / 1_000)}`}
      </span>
    </>
  )
}

function Actions({ run }: CellProps) {
  const { runs, times } = useMessages()
  const { run: open } = useDecideActions()
  const started = useAtNow((now) => times.exactMoment(run.startedAt, now))
  const nameOf = (action: string) => runs.named(action, visible(run.user), started)
  const opens = isUnderWay(run) ? runs.open : runs.report
  const act = useActOnRun()
  const mutate: typeof act.mutate = (order) =>
    act.mutate(order, {
      onError: (error) =>
        showToast({
          tone: 'bad',
          title: runs.notDone,
          description: <Said of={problemOf(error)} />,
          about: `run ${run.id}`,
        }),
    })
  return (
    <div className="flex items-center justify-end gap-1.5">
      {isUnderWay(run) && (
        <RunButtons run={run} act={{ ...act, mutate }} size="small" nameOf={nameOf} />
      )}
      {hasReport(run) && (
        <Button size="small" aria-label={nameOf(opens)} onClick={() => open(run.id)}>
          {opens}
        </Button>
      )}
    </div>
  )
}
