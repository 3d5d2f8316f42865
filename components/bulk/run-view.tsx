'use client'

import { Pause, Play, Square } from 'lucide-react'
import { useMemo } from 'react'
import { plainLine, RunLines } from '#components/bulk/run-lines.tsx'
import { Staying } from '#components/bulk/staying.tsx'
import { Unanswered } from '#components/bulk/unanswered.tsx'
import { useOffReasons } from '#components/decide/off-reason.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { Button, type Reason } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { offWhile } from '#lib/query/feed.ts'
import { useCluster, useFeed, useNow, useSnapshot } from '#lib/query/live.ts'
import type { StayingRequest } from '#lib/query/preflight.ts'
import { askedOf, type Run } from '#lib/query/run.ts'
import {
  type RunLine,
  type RunProgress,
  reportText,
  runLines,
  runProgress,
  runReport,
  stayingAfter,
} from '#lib/query/run-view.ts'
import { signersOf } from '#lib/query/run-world.ts'
import { useRuns } from '#lib/query/runs.ts'
import type { ListedSnapshot } from '#lib/query/wire.ts'

const whole = (snapshot: ListedSnapshot) => snapshot

interface RunFacts {
  readonly progress: RunProgress
  readonly lines: readonly RunLine[]
  readonly now: number
}

/** A run as it stands, on every tick of the clock and every change of its machines. */
export function useRunFacts(run: Run): RunFacts | null {
  const snapshot = useSnapshot(whole)
  const now = useNow()
  return useMemo(
    () =>
      snapshot === null
        ? null
        : {
            progress: runProgress(run, snapshot, now),
            lines: runLines(run, snapshot),
            now,
          },
    [run, snapshot, now],
  )
}

interface RunViewProps {
  readonly run: Run
  readonly onClose: () => void
}

/** A bulk approval under way, or how it went. Closing it never stops it. */
export function RunView({ run, onClose }: RunViewProps) {
  const facts = useRunFacts(run)
  if (facts === null) return null
  const over = run.status === 'finished' || run.status === 'stopped'
  return over ? (
    <FinishedRun run={run} facts={facts} onClose={onClose} />
  ) : (
    <RunningRun run={run} facts={facts} onClose={onClose} />
  )
}

interface PartProps extends RunViewProps {
  readonly facts: RunFacts
}

const TRACKS = ['clientApproved', 'servingRequested', 'servingApproved', 'ready'] as const

function RunningRun({ run, facts, onClose }: PartProps) {
  const { progress, lines, now } = facts
  const { bulk, times } = useMessages()
  const texts = bulk.run
  const runs = useRuns()
  const { pause, resume, stop } = runs
  const asked = askedOf(runs, run.id)
  const started = times.exactMoment(run.startedAt, now)
  const isPaused = run.status === 'paused'
  const off = useResumeOff(run)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={isPaused ? texts.pausedTitle(run.machines.length) : texts.title(run.machines.length)}
      description={isPaused ? texts.pausedDescription : texts.description}
      footer={
        <>
          <span className="mr-auto min-w-0 text-xs text-fg-3 max-tablet:basis-full">
            {asked === 'unanswered' ? (
              <Unanswered />
            ) : (
              <Words text={texts.started(started)} blanks={{ user: run.user }} />
            )}
          </span>
          <Button onClick={stop}>
            <Icon of={Square} size="small" />
            {texts.stop}
          </Button>
          {isPaused ? (
            <Button look="primary" off={off} busy={asked === 'waiting'} onClick={resume}>
              <Icon of={Play} size="small" />
              {texts.resume}
            </Button>
          ) : (
            <Button onClick={pause}>
              <Icon of={Pause} size="small" />
              {texts.pause}
            </Button>
          )}
        </>
      }
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
          {texts.paused[run.pause.why]}{' '}
          {/* Whether it is whoever began it by then, nobody knows. */}
          {run.pause.why !== 'otherUser' &&
            run.pause.until !== null &&
            run.pause.until > now &&
            texts.pausedUntil((run.pause.until - now) / 1_000)}
        </p>
      )}
      <p className="flex flex-wrap gap-x-5 gap-y-1 border-y border-line-soft px-5 py-2.5 text-xs text-fg-2 tabular-nums">
        <span>{texts.approved(progress.approved, progress.total)}</span>
        {progress.rate !== null && <span>{texts.rate(progress.rate)}</span>}
        {progress.secondsLeft !== null && <span>{texts.timeLeft(progress.secondsLeft)}</span>}
        {progress.waitingForKubelets > 0 && (
          <span>{texts.waitingOnKubelets(progress.waitingForKubelets)}</span>
        )}
      </p>
      <RunLines lines={lines} facts={{ run, now }} onReview={onClose} />
    </Dialog>
  )
}

/** What would pause it again at once. */
function useResumeOff(run: Run): Reason | null {
  const { bulk, common } = useMessages()
  const off = offWhile(useFeed())
  const cluster = useCluster()
  const offReason = useOffReasons()
  if (off !== null) return { text: common.off[off] }
  const signers = signersOf(run)
  if (signers.size > 0 && cluster?.user !== run.user) return { text: bulk.run.otherUser }
  return [...signers].map((name) => offReason(name)).find((reason) => reason !== null) ?? null
}

/** What the run has left pending: nobody asks while it goes on. */
function useStaying(run: Run): readonly StayingRequest[] {
  const snapshot = useSnapshot(whole)
  return useMemo(() => (snapshot === null ? [] : stayingAfter(run, snapshot)), [run, snapshot])
}

function FinishedRun({ run, facts, onClose }: PartProps) {
  const { lines, now } = facts
  const staying = useStaying(run)
  const messages = useMessages()
  const { bulk } = messages
  const texts = bulk.finished
  const cluster = useCluster()
  const { dismiss } = useRuns()
  const report = runReport(run, lines, now)
  const title =
    run.status === 'stopped'
      ? texts.stoppedTitle(report.approved, report.total)
      : texts.title(report.joined.length, run.machines.length)
  const summary = texts.summary(report.needsYou.length, report.tookSeconds, report.approved)
  const waiting = (cluster?.operators ?? []).filter(({ available }) => !available)
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      sheet
      title={title}
      description={summary}
      footer={
        <>
          <span className="mr-auto min-w-0 text-xs text-fg-3 max-tablet:basis-full">
            {cluster !== null && cluster.operators.length > 0 && (
              <Words
                text={waiting.length === 0 ? texts.operatorsFine : texts.operatorsWaiting}
                blanks={{ names: waiting.map(({ name }) => name).join(', ') }}
              />
            )}
          </span>
          <CopyButton
            text={() =>
              reportText(report, staying, {
                title,
                summary,
                line: (line) => plainLine(line, messages),
                staying: bulk.staying.title,
              })
            }
            label={texts.copy}
            copiedLabel={texts.copied}
            size="normal"
          />
          <Button
            look="primary"
            onClick={() => {
              dismiss()
              onClose()
            }}
          >
            {texts.done}
          </Button>
        </>
      }
    >
      <RunLines lines={report.needsYou} facts={{ run, now }} onReview={onClose} />
      <Staying staying={staying} onReview={onClose} />
      <RunLines
        lines={[...report.onTheirWay, ...report.joined]}
        facts={{ run, now }}
        onReview={onClose}
      />
    </Dialog>
  )
}

interface TrackBarProps {
  readonly done: number
  readonly all: number
  readonly label: string
}

/** A cell a machine while they can be told apart, one bar beyond. */
const CELLS = 24

function TrackBar({ done, all, label }: TrackBarProps) {
  const { bulk } = useMessages()
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuenow={done}
      aria-valuemin={0}
      aria-valuemax={all}
      aria-valuetext={bulk.run.trackValue(done, all)}
      className="flex h-1.5 gap-[3px] overflow-hidden rounded-[2px]"
    >
      {all <= CELLS ? (
        Array.from({ length: all }, (_, at) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: cells never move
            key={at}
            className={classNames('flex-1 rounded-[2px]', at < done ? 'bg-good-mark' : 'bg-track')}
          />
        ))
      ) : (
        <span className="relative flex-1 bg-track">
          <span
            className="absolute inset-0 origin-left bg-good-mark"
            style={{ transform: `scaleX(${(done / all).toFixed(4)})` }}
          />
        </span>
      )}
    </div>
  )
}
