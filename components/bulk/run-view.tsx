import { reportText } from '#components/bulk/report-text.ts'
import { RunButtons } from '#components/bulk/run-buttons.tsx'
import { plainLine, RunLines } from '#components/bulk/run-lines.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import { TrackBar } from '#components/bulk/track-bar.tsx'
import { useWhose } from '#components/decide/whose.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { Button } from '#components/ui/button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { problemOf } from '#lib/query/api.ts'
import { isUnderWay, type RunPage, type RunSummary } from '#lib/query/domain-types.ts'
import { useCluster, useNow } from '#lib/query/live.ts'
import { useActOnRun } from '#lib/query/mutations.ts'
import { readRun, useRunPage } from '#lib/query/run-queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

interface RunViewProps {
  /** As the events tell of it, which are quicker than its page. */
  readonly run: RunSummary
  readonly onClose: () => void
}

/** A bulk approval under way, or how it went. Closing it never stops it. */
export function RunView({ run, onClose }: RunViewProps) {
  const page = useRunPage(run.id)
  const now = useNow()
  const Part = isUnderWay(run) ? RunningRun : FinishedRun
  // Its lines may be those of a moment before its end.
  const isCurrent = page !== null && isUnderWay(page.run) === isUnderWay(run)
  return <Part run={run} page={isCurrent ? page : null} now={now} onClose={onClose} />
}

interface PartProps extends RunViewProps {
  /** Null before it is read. */
  readonly page: RunPage | null
  readonly now: number
}

function linesOf(page: RunPage | null): number {
  if (page === null) return 0
  const { needsYou, onTheirWay, joined } = page.counts
  return needsYou + onTheirWay + joined
}

const TRACKS = ['clientApproved', 'servingRequested', 'servingApproved', 'ready'] as const

function RunningRun({ run, page, now, onClose }: PartProps) {
  const { progress } = run
  const { bulk, times } = useMessages()
  const texts = bulk.run
  const act = useActOnRun()
  const { error } = act
  const started = times.exactMoment(run.startedAt, now)
  const isPaused = run.status === 'paused'
  const user = useCluster()?.user ?? null
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={isPaused ? texts.pausedTitle(progress.machines) : texts.title(progress.machines)}
      description={isPaused ? texts.pausedDescription : texts.description}
      note={
        error !== null ? (
          <span role="alert" className="text-warn-fg">
            <Said of={problemOf(error)} />
          </span>
        ) : (
          <Words text={texts.started(started)} blanks={{ user: run.user }} />
        )
      }
      footer={<RunButtons run={run} act={act} look="primary" />}
    >
      <div className="grid gap-2.5 px-5 py-4">
        {TRACKS.map((track) => {
          const done = progress.steps[track]
          const all = progress.machines
          return (
            <div
              key={track}
              className="grid grid-cols-[148px_minmax(0,1fr)_72px] items-center gap-3 max-tablet:grid-cols-[124px_minmax(0,1fr)_60px]"
            >
              <span>{texts.tracks[track]}</span>
              <TrackBar done={done} all={all} label={texts.tracks[track]} />
              <span className="text-right text-fg-3 tabular-nums">
                <b className="font-semibold text-fg">{done}</b> / {all}
              </span>
            </div>
          )
        })}
      </div>
      {run.pause !== null && (
        // The page's live region tells it, also where this is closed.
        <p className="border-t border-warn-edge bg-warn-tint px-5 py-2 text-warn-fg">
          {run.pause.why === 'person' && run.haltedBy !== null && run.haltedBy !== user ? (
            <Words text={texts.pausedBy} blanks={{ user: run.haltedBy }} />
          ) : (
            texts.paused[run.pause.why]
          )}{' '}
          {/* Whether it is whoever began it by then, nobody knows. */}
          {run.pause.why !== 'otherUser' &&
            run.pause.until !== null &&
            run.pause.until > now &&
            texts.pausedUntil((run.pause.until - now) / 1_000)}
        </p>
      )}
      {run.followUntil !== null && (
        <p className="border-t border-line-soft px-5 py-2 text-xs text-fg-2">
          {texts.follows(times.exactMoment(run.followUntil, now))}
        </p>
      )}
      <p className="flex flex-wrap gap-x-5 gap-y-1 border-y border-line-soft px-5 py-2.5 text-xs text-fg-2 tabular-nums">
        <span>{texts.approved(progress.decided, progress.total)}</span>
        {progress.rate !== null && <span>{texts.rate(progress.rate)}</span>}
        {progress.secondsLeft !== null && <span>{texts.timeLeft(progress.secondsLeft)}</span>}
        {progress.waitingForKubelets > 0 && (
          <span>{texts.waitingOnKubelets(progress.waitingForKubelets)}</span>
        )}
      </p>
      <RunLines
        lines={page?.lines ?? []}
        count={linesOf(page)}
        facts={{ run, now }}
        onReview={onClose}
      />
    </Dialog>
  )
}

const NO_LINES = { needsYou: 0, onTheirWay: 0, joined: 0 }

function FinishedRun({ run, page, now, onClose }: PartProps) {
  const messages = useMessages()
  const { bulk } = messages
  const texts = bulk.finished
  const cluster = useCluster()
  const whose = useWhose()
  const client = useLiveClient()
  const { mutate } = useActOnRun()
  const { decided, total, machines } = run.progress
  const { needsYou, joined } = page?.counts ?? NO_LINES
  const lines = page?.lines ?? []
  const took = Math.max(0, Math.round(((run.endedAt ?? now) - run.startedAt) / 1_000))
  const isCutOff = run.status === 'cutOff'
  const title = isCutOff
    ? texts.cutOffTitle(decided, total)
    : run.status === 'stopped'
      ? texts.stoppedTitle(decided, total)
      : texts.title(joined, machines)
  const summary = isCutOff
    ? texts.cutOff(needsYou, whose)
    : texts.summary(needsYou, whose, took, decided)
  const waiting = (cluster?.operators ?? []).filter(({ available }) => !available)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={title}
      description={summary}
      note={
        cluster !== null &&
        cluster.operators.length > 0 && (
          <Words
            text={waiting.length === 0 ? texts.operatorsFine : texts.operatorsWaiting}
            blanks={{ names: waiting.map(({ name }) => name).join(', ') }}
          />
        )
      }
      footer={
        <>
          <CopyButton
            text={async () =>
              reportText(await readRun(client, run.id), {
                title,
                summary,
                line: (line) => plainLine(line, messages),
                staying: bulk.staying.title,
                more: bulk.preflight.more,
              })
            }
            label={texts.copy}
            copiedLabel={texts.copied}
            size="normal"
          />
          <Button
            look="primary"
            onClick={() => {
              mutate({ id: run.id, act: 'dismiss' })
              onClose()
            }}
          >
            {texts.done}
          </Button>
        </>
      }
    >
      <RunLines
        lines={lines.slice(0, needsYou)}
        count={Math.min(needsYou, lines.length)}
        facts={{ run, now }}
        onReview={onClose}
      />
      {page !== null && <Staying staying={page.staying} onReview={onClose} />}
      <RunLines
        lines={lines.slice(needsYou)}
        count={linesOf(page) - Math.min(needsYou, lines.length)}
        facts={{ run, now }}
        onReview={onClose}
      />
    </Dialog>
  )
}
