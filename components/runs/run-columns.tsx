import { RunButtons } from '#components/bulk/run-buttons.tsx'
import { useDecideActions } from '#components/decide/decide-context.ts'
import { useWhose } from '#components/decide/whose.ts'
import { Line } from '#components/reason-line.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import type { Columns, RowHeight } from '#components/ui/data-table.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { showToast } from '#components/ui/toast.tsx'
import { visible } from '#lib/csr/escape.ts'
import { TRUST_LEVELS } from '#lib/csr/policy/trust.ts'
import { problemOf } from '#lib/query/api.ts'
import { useAtNow, useCluster } from '#lib/query/live.ts'
import { useActOnRun } from '#lib/query/mutations.ts'
import { isUnderWay, type RunSummary } from '#lib/wire/run-answers.ts'

export const RUN_HEIGHT: RowHeight = { row: 56, lines: 148 }

/** False for a denial: the page that started it shows the outcome of each request. */
export function hasReport({ decision }: RunSummary): boolean {
  return decision === 'approve'
}

const second = 'block truncate text-xs text-fg-3 tabular-nums'

/** On phones: result, start; person, duration; note, buttons. */
export const RUN_COLUMNS: Columns<RunSummary> = {
  result: {
    look: 'max-roomy:col-[1/8] max-roomy:row-1',
    cell: (run) => <Result run={run} />,
  },
  started: {
    width: 'w-[124px] wide:w-[132px]',
    look: 'max-roomy:col-[8/13] max-roomy:row-1',
    cell: (run) => <Started run={run} />,
  },
  by: {
    width: 'w-[120px] wide:w-[148px]',
    look: 'max-roomy:col-[1/8] max-roomy:row-2',
    cell: (run) => <By run={run} />,
  },
  took: {
    width: 'w-[108px] wide:w-[128px]',
    look: 'max-roomy:col-[8/13] max-roomy:row-2',
    cell: (run) => <Took run={run} />,
  },
  agreed: {
    isWideOnly: true,
    width: 'w-[172px]',
    cell: (run) => <Agreed run={run} />,
  },
  note: {
    width: 'w-[140px] wide:w-[224px]',
    look: 'max-roomy:col-[1/7] max-roomy:row-3',
    cell: ({ note }) => (note === '' ? null : <ClusterText text={note} face="sans" />),
  },
  action: {
    isHeadSpoken: true,
    width: 'w-[200px]',
    look: 'max-roomy:col-[7/13] max-roomy:row-3',
    cell: (run) => <Actions run={run} />,
  },
}

interface CellProps {
  readonly run: RunSummary
}

/**
 * Outcome or progress of a run; below, the machines that need a person, or the reason that it is
 * paused.
 */
function Result({ run }: CellProps) {
  const { runs, bulk } = useMessages()
  const whose = useWhose()
  const { decision, follows, status, pause, haltedBy, needsYou, progress } = run
  const { decided, total, machines, steps } = progress
  const isHalted = status === 'stopped' || pause?.why === 'person'
  const state = pause !== null && !isHalted ? runs.waits[pause.why] : runs.states[status]
  // A run that follows a click approves serving requests only: the click approved the client
  // request.
  const followed = steps.servingApproved > 0 ? runs.progress.follows : ''
  const counted = follows === null ? runs.progress[decision](decided, total) : followed
  return (
    <>
      {follows !== null ? (
        <Line text={runs.what.follows} blanks={{ name: follows }} className="font-medium" />
      ) : (
        <span className="block truncate font-medium">
          {decision === 'deny'
            ? runs.what.deny(total)
            : isUnderWay(run)
              ? runs.what.approve(machines)
              : runs.what.joined(steps.ready, machines)}
        </span>
      )}
      {needsYou > 0 ? (
        <span className="block truncate text-xs text-bad-fg">
          {[runs.needsYou(needsYou, whose), status === 'cutOff' ? state : []].flat().join(' · ')}
        </span>
      ) : isHalted && haltedBy !== null ? (
        <Line
          text={runs.haltedBy[status === 'stopped' ? 'stopped' : 'paused']}
          blanks={{ user: haltedBy }}
          className="text-xs text-fg-3"
        />
      ) : (
        <span className={second}>
          {[state, counted, bulk.finished.others({ ...progress, open: 0 })]
            .filter(Boolean)
            .join(' · ')}
        </span>
      )}
    </>
  )
}

function Started({ run: { startedAt } }: CellProps) {
  const { times } = useMessages()
  return (
    <span className="tabular-nums">{useAtNow((now) => times.exactMoment(startedAt, now))}</span>
  )
}

function By({ run: { user } }: CellProps) {
  const { runs } = useMessages()
  const isOwn = useCluster()?.user === user
  return (
    <>
      <ClusterText text={user} face="sans" />
      {isOwn && <span className={second}>{runs.yours}</span>}
    </>
  )
}

function Took({ run: { startedAt, endedAt, follows, progress } }: CellProps) {
  const { runs } = useMessages()
  return (
    <>
      {endedAt !== null && (
        <span className="block tabular-nums">{runs.took((endedAt - startedAt) / 1_000)}</span>
      )}
      {follows === null && <span className={second}>{runs.requests(progress.total)}</span>}
    </>
  )
}

function Agreed({ run }: CellProps) {
  const { joined, runs } = useMessages()
  const texts = runs.agreed
  const { agreed, followMinutes } = run
  const included = TRUST_LEVELS.flatMap((trust) => {
    const count = agreed?.[trust] ?? 0
    return count === 0 ? [] : [texts[trust](count)]
  })
  const besides = [
    (agreed?.superseded ?? 0) > 0 ? [texts.duplicatesToo] : [],
    followMinutes === null ? [] : [texts.minutes(followMinutes)],
  ].flat()
  return (
    <>
      <span className="block truncate">{joined.list(included)}</span>
      <span className={second}>{joined.list(besides)}</span>
    </>
  )
}

function Actions({ run }: CellProps) {
  const { runs } = useMessages()
  const { run: open } = useDecideActions()
  const nameOf = useNamed(run)
  const act = useActAloud(run)
  const opens = isUnderWay(run) ? runs.open : runs.report
  return (
    <div className="flex items-center justify-end gap-1.5 screen-only">
      {isUnderWay(run) && <RunButtons run={run} act={act} size="small" nameOf={nameOf} />}
      {hasReport(run) && (
        <Button size="small" aria-label={nameOf(opens)} onClick={() => open(run.id)}>
          {opens}
        </Button>
      )}
    </div>
  )
}

/** Names of a run's buttons beside those of other runs. */
export function useNamed({ user, startedAt }: RunSummary): (action: string) => string {
  const { runs, times } = useMessages()
  const started = useAtNow((now) => times.exactMoment(startedAt, now))
  return (action) => runs.named(action, visible(user), started)
}

/** Acts on a run. A toast shows the reason if the server refuses. */
export function useActAloud({ id }: RunSummary): ReturnType<typeof useActOnRun> {
  const { runs } = useMessages()
  const act = useActOnRun()
  const mutate: typeof act.mutate = (order) =>
    act.mutate(order, {
      onError: (error) =>
        showToast({
          tone: 'bad',
          title: runs.notDone,
          description: <Said of={problemOf(error)} />,
          about: `run ${id}`,
        }),
    })
  return { ...act, mutate }
}
