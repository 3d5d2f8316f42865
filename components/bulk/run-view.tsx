'use client'

import {
  CircleCheck,
  CircleDashed,
  CircleX,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  Pause,
  Play,
  Square,
  TriangleAlert,
} from 'lucide-react'
import { useMemo } from 'react'
import { NodeName } from '#components/machines/node-name.tsx'
import { readableValues } from '#components/machines/reason-line.tsx'
import { plainWords, type useMessages as Use, useMessages, Words } from '#components/messages.tsx'
import { plainSaid, Said } from '#components/said.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { Button, LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { findingWords } from '#lib/messages/check-words.ts'
import { useCluster, useNow, useSnapshot } from '#lib/query/live.ts'
import type { Run } from '#lib/query/run.ts'
import {
  type RunLine,
  type RunLineKind,
  type RunProgress,
  reportText,
  runLines,
  runProgress,
  runReport,
} from '#lib/query/run-view.ts'
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
        : { progress: runProgress(run, snapshot, now), lines: runLines(run, snapshot), now },
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
  const { pause, resume, stop } = useRuns()
  const started = times.exactMoment(run.startedAt)
  const isPaused = run.status === 'paused'
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
            <Words text={texts.started(started)} blanks={{ user: run.user }} />
          </span>
          <Button onClick={stop}>
            <Icon of={Square} size="small" />
            {texts.stop}
          </Button>
          {isPaused ? (
            <Button look="primary" onClick={resume}>
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
          {run.pause.until !== null &&
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
      <Lines lines={lines} facts={{ run, now }} onReview={onClose} />
    </Dialog>
  )
}

function FinishedRun({ run, facts, onClose }: PartProps) {
  const { lines, now } = facts
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
              reportText(report, { title, summary, line: (line) => plainLine(line, messages) })
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
      <Lines
        lines={[...report.needsYou, ...report.onTheirWay, ...report.joined]}
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

const GLYPHS: Record<RunLineKind, readonly [LucideIcon, string]> = {
  failed: [CircleX, 'text-bad-fg'],
  heldBack: [TriangleAlert, 'text-bad-fg'],
  notInTime: [TriangleAlert, 'text-warn-fg'],
  newerWaits: [TriangleAlert, 'text-warn-fg'],
  servingLeft: [CircleDashed, 'text-fg-3'],
  unclear: [LoaderCircle, 'animate-spin text-accent-fg'],
  approvingClient: [LoaderCircle, 'animate-spin text-accent-fg'],
  approvingServing: [LoaderCircle, 'animate-spin text-accent-fg'],
  waitingForSigner: [Hourglass, 'text-fg-2'],
  waitingForServing: [Hourglass, 'text-fg-2'],
  waitingForReady: [Hourglass, 'text-fg-2'],
  queued: [CircleDashed, 'text-fg-3'],
  left: [CircleDashed, 'text-fg-3'],
  servingNotAsked: [CircleCheck, 'text-fg-2'],
  done: [CircleCheck, 'text-good-fg'],
  ready: [CircleCheck, 'text-good-fg'],
}

/** More than this are counted, not listed; what needs a person is always among the listed. */
const LISTED = 200

interface LinesProps {
  readonly lines: readonly RunLine[]
  readonly facts: { readonly run: Run; readonly now: number }
  readonly onReview: () => void
}

/** In these a person has to look. */
const STOPS: ReadonlySet<RunLineKind> = new Set(['heldBack', 'failed', 'newerWaits', 'notInTime'])
/** In these nothing moves any more: the clock of the line has stopped. */
const SETTLED: ReadonlySet<RunLineKind> = new Set([
  ...STOPS,
  'ready',
  'done',
  'left',
  'servingLeft',
])

function Lines({ lines, facts, onReview }: LinesProps) {
  const messages = useMessages()
  const { bulk } = messages
  const { run, now } = facts
  const shown =
    lines.length <= LISTED
      ? lines
      : [...lines]
          .sort((a, b) => Number(STOPS.has(b.kind)) - Number(STOPS.has(a.kind)))
          .slice(0, LISTED)
  return (
    <ul aria-label={bulk.run.list}>
      {shown.map((line) => {
        const [glyph, colour] = GLYPHS[line.kind]
        const stops = STOPS.has(line.kind)
        const until = SETTLED.has(line.kind) ? line.since : (run.endedAt ?? now)
        return (
          <li
            key={line.name}
            data-machine={line.name}
            data-state={line.kind}
            className={classNames(
              'grid min-h-9 grid-cols-[16px_minmax(0,1fr)_minmax(0,1.2fr)_72px] items-center gap-x-3 border-b border-line-soft px-5 py-1.5 last:border-b-0 max-tablet:grid-cols-[16px_minmax(0,1fr)_auto]',
              colour === 'text-bad-fg' && 'bg-bad-tint',
            )}
          >
            <Icon of={glyph} className={colour} />
            <NodeName name={line.name} />
            <span className="min-w-0 text-fg-2 max-tablet:order-last max-tablet:col-span-2 max-tablet:col-start-2">
              <LineWords line={line} messages={messages} />
            </span>
            {stops ? (
              <LinkButton
                size="small"
                href={machinePath(line.name)}
                onClick={onReview}
                className="justify-self-end"
              >
                {bulk.finished.review}
              </LinkButton>
            ) : (
              <span className="text-right font-mono text-xs text-fg-3 tabular-nums">
                {bulk.run.took((until - run.startedAt) / 1_000)}
              </span>
            )}
          </li>
        )
      })}
      {lines.length > shown.length && (
        <li className="px-5 py-2 text-fg-3">{bulk.preflight.more(lines.length - shown.length)}</li>
      )}
    </ul>
  )
}

interface LineWordsProps {
  readonly line: RunLine
  readonly messages: ReturnType<typeof Use>
}

function LineWords({ line, messages }: LineWordsProps) {
  const { bulk, checks } = messages
  const text = stateWords(line, messages)
  if (line.kind !== 'heldBack' && line.kind !== 'failed') return text
  const { reason, outcome } = line
  const finding = reason === null ? null : findingWords(checks.table, reason.code, reason.finding)
  return (
    <>
      <b className="font-semibold">{text}:</b>{' '}
      {finding !== null ? (
        <Words text={finding.short} blanks={readableValues(reason?.values, messages.times)} />
      ) : line.detail !== null ? (
        <Said of={line} />
      ) : (
        bulk.run.outcomes[outcome ?? 'changed']
      )}
    </>
  )
}

function stateWords(line: RunLine, { bulk }: LineWordsProps['messages']): string {
  const words = bulk.run.lines[line.kind]
  return typeof words === 'string' ? words : words(line.done, line.of)
}

/** The same without elements, for the report. */
function plainLine(line: RunLine, messages: LineWordsProps['messages']): string {
  const { checks } = messages
  const { reason } = line
  const finding = reason === null ? null : findingWords(checks.table, reason.code, reason.finding)
  const why =
    finding !== null
      ? plainWords(finding.short, readableValues(reason?.values, messages.times))
      : plainSaid(line, messages)
  return [stateWords(line, messages), why].filter(Boolean).join(': ')
}
