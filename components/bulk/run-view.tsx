import { Hourglass } from 'lucide-react'
import { RunButtons, useMayHalt, useResumeOff } from '#components/bulk/run-buttons.tsx'
import { linesOf, RunLines } from '#components/bulk/run-lines.tsx'
import { CopyReport, ReportMachines, useReportWords } from '#components/bulk/run-report.tsx'
import { RunTracks } from '#components/bulk/run-tracks.tsx'
import type { Target } from '#components/decide/target.ts'
import { Said } from '#components/said.tsx'
import { PrimaryKey } from '#components/shell/primary-key.tsx'
import { runPath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Sentences, useMessages, Words } from '#components/ui/messages.tsx'
import { problemOf } from '#lib/query/api.ts'
import { useCluster, useNow } from '#lib/query/live.ts'
import { useActOnRun } from '#lib/query/mutations.ts'
import { useRunPage } from '#lib/query/run-queries.ts'
import { isUnderWay, type RunPage, type RunSummary } from '#lib/wire/run-answers.ts'

interface RunViewProps {
  /** The run as the events tell of it: they arrive sooner than its page. */
  readonly run: RunSummary
  readonly onClose: () => void
  /** Replaces this dialog by the denial of these targets. */
  readonly onDeny: (targets: readonly Target[]) => void
}

/** Dialog of a bulk approval under way, or of its report. Closing the dialog never stops the run. */
export function RunView({ run, onClose, onDeny }: RunViewProps) {
  const page = useRunPage(run.id)
  const now = useNow()
  const Part = isUnderWay(run) ? RunningRun : FinishedRun
  // The page may still have the lines of a moment before the run's end.
  const isCurrent = page !== null && isUnderWay(page.run) === isUnderWay(run)
  return (
    <Part run={run} page={isCurrent ? page : null} now={now} onClose={onClose} onDeny={onDeny} />
  )
}

interface PartProps extends RunViewProps {
  /** The run's page; null before it is read. */
  readonly page: RunPage | null
  readonly now: number
}

function RunningRun({ run, page, now, onClose }: PartProps) {
  const { progress } = run
  const { bulk, runs, times } = useMessages()
  const texts = bulk.run
  const act = useActOnRun()
  const mayHalt = useMayHalt(run)
  const { error } = act
  const started = times.exactMoment(run.startedAt, now)
  const isPaused = run.status === 'paused'
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={texts[run.pause?.why === 'person' ? 'pausedTitle' : 'title'](progress.machines)}
      description={isPaused ? texts.pausedDescription : texts.description}
      note={
        error !== null ? (
          <span role="alert" className="text-warn-fg">
            <Said of={problemOf(error)} />
          </span>
        ) : (
          <Words
            text={mayHalt ? texts.started(started) : runs.you.mayNot}
            blanks={{ user: run.user }}
          />
        )
      }
      footer={<RunButtons run={run} act={act} look="primary" />}
    >
      <GroupLine run={run} act={act} />
      <RunTracks run={run} now={now} />
      <RunLines
        lines={page?.lines ?? []}
        count={linesOf(page)}
        facts={{ run, now }}
        onReview={onClose}
      />
    </Dialog>
  )
}

interface GroupLineProps extends Pick<PartProps, 'run'> {
  readonly act: ReturnType<typeof useActOnRun>
}

/** The group of a run by role that waits for the group before it, and the button that begins it. */
function GroupLine({ run, act }: GroupLineProps) {
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

/** Rows of machines that need no person, before a person asks for more. */
const FIRST = 3

function FinishedRun({ run, page, now, onClose, onDeny }: PartProps) {
  const { bulk, joined } = useMessages()
  const texts = bulk.finished
  const { mutate } = useActOnRun()
  const { title, summary, counted, others } = useReportWords({ run, now })
  const waiting = (useCluster()?.operators ?? []).filter(({ available }) => !available)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={title}
      description={
        <Sentences>
          {summary}
          {waiting.length > 0 && (
            <Words
              text={texts.operatorsWaiting}
              blanks={{ names: joined.list(waiting.map(({ name }) => name)) }}
            />
          )}
        </Sentences>
      }
      note={
        <>
          <b className="block text-sm font-medium text-fg tabular-nums">{counted}</b>
          {others}
        </>
      }
      footer={
        <>
          <LinkButton look="quiet" href={runPath(run.id)} onClick={onClose}>
            {texts.asPage}
          </LinkButton>
          <CopyReport run={run} now={now} />
          <Button
            look="primary"
            onClick={() => {
              mutate({ id: run.id, act: 'dismiss' })
              onClose()
            }}
          >
            {texts.done}
            <PrimaryKey />
          </Button>
        </>
      }
    >
      <ReportMachines {...{ run, now, page, onDeny }} first={FIRST} onReview={onClose} />
    </Dialog>
  )
}
