import {
  CircleCheck,
  CircleDashed,
  CircleX,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react'
import { useState } from 'react'
import { MoreButton } from '#components/bulk/more-button.tsx'
import { NodeName } from '#components/machines/node-name-text.tsx'
import { readableValues } from '#components/reason-line.tsx'
import { plainSaid, Said } from '#components/said.tsx'
import { machinePath } from '#components/shell/routes.ts'
import { LinkButton } from '#components/ui/button.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import {
  plainWords,
  type useMessages as Use,
  useMessages,
  Words,
} from '#components/ui/messages.tsx'
import { findingWords } from '#lib/messages/grammar/check-words.ts'
import type { RunLine, RunLineKind, RunPage, RunSummary } from '#lib/wire/run-answers.ts'

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
  askingKubelet: [Hourglass, 'text-fg-2'],
  waitingForReady: [Hourglass, 'text-fg-2'],
  queued: [CircleDashed, 'text-fg-3'],
  left: [CircleDashed, 'text-fg-3'],
  servingNotAsked: [CircleCheck, 'text-fg-2'],
  done: [CircleCheck, 'text-good-fg'],
  ready: [CircleCheck, 'text-good-fg'],
}

interface RunLinesProps {
  readonly lines: readonly RunLine[]
  /** Number of lines, shown or not. */
  readonly count: number
  /** Lines that are shown before a person asks for more; all when absent. Print shows all. */
  readonly first?: number
  readonly facts: { readonly run: RunSummary; readonly now: number }
  /** Shows the time at which each machine became Ready, instead of how long it took. */
  readonly moments?: boolean
  readonly onReview: () => void
}

/** Number of lines of the run, listed or not; 0 before its page is read. */
export function linesOf(page: Pick<RunPage, 'counts'> | null): number {
  const { needsYou, onTheirWay, joined } = page?.counts ?? { needsYou: 0, onTheirWay: 0, joined: 0 }
  return needsYou + onTheirWay + joined
}

/** Lines at which a person has to look. */
const STOPS: ReadonlySet<RunLineKind> = new Set(['heldBack', 'failed', 'newerWaits', 'notInTime'])
/** Lines that change no more: their clock has stopped. */
const SETTLED: ReadonlySet<RunLineKind> = new Set([
  ...STOPS,
  'ready',
  'done',
  'left',
  'servingLeft',
])

/** The progress of each machine of a run, and what holds it up; absent without lines. */
export function RunLines(props: RunLinesProps) {
  const { lines, count, first = lines.length, facts, moments = false, onReview } = props
  const messages = useMessages()
  const { bulk } = messages
  const { run, now } = facts
  const [open, setOpen] = useState(false)
  if (lines.length === 0) return null
  return (
    <div className="border-b border-line-soft last:border-b-0">
      <ul aria-label={bulk.run.list}>
        {lines.map((line, at) => {
          const [glyph, colour] = GLYPHS[line.kind]
          const stops = STOPS.has(line.kind)
          const until = SETTLED.has(line.kind) ? line.since : (run.endedAt ?? now)
          return (
            <li
              key={line.name}
              data-machine={line.name}
              data-state={line.kind}
              className={classNames(
                'grid min-h-9 items-center gap-x-3 border-b border-line-soft px-5 py-1.5 last:border-b-0',
                stops
                  ? 'grid-cols-[16px_minmax(0,1fr)_auto] py-3'
                  : moments
                    ? 'grid-cols-[16px_minmax(0,1fr)_minmax(0,1fr)_104px] max-tablet:grid-cols-[16px_minmax(0,1fr)_auto]'
                    : 'grid-cols-[16px_minmax(0,1fr)_minmax(0,1.2fr)_72px] max-tablet:grid-cols-[16px_minmax(0,1fr)_auto]',
                colour === 'text-bad-fg' && 'bg-bad-tint',
                at >= first && !open && 'not-print:hidden',
              )}
            >
              <Icon of={glyph} className={colour} />
              <NodeName name={line.name} />
              <span
                className={classNames(
                  'min-w-0 text-pretty text-fg-2 max-tablet:order-last max-tablet:col-start-2',
                  stops ? 'order-last col-start-2' : 'max-tablet:col-span-2',
                )}
              >
                <LineWords line={line} messages={messages} />
              </span>
              {stops ? (
                <LinkButton
                  size="small"
                  href={machinePath(line.name)}
                  onClick={onReview}
                  className="row-span-2 justify-self-end"
                >
                  {bulk.finished.review}
                </LinkButton>
              ) : (
                <span className="text-right font-mono text-xs text-fg-3 tabular-nums">
                  {moments && line.kind === 'ready'
                    ? messages.times.exactMoment(line.since, now)
                    : bulk.run.took((until - run.startedAt) / 1_000)}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      {lines.length > first && (
        <div className="px-12 max-tablet:px-5">
          <MoreButton open={open} more={bulk.preflight.more(count - first)} onOpen={setOpen} />
        </div>
      )}
      {count > lines.length && (open || first >= lines.length) && (
        <p className="px-5 py-2 text-fg-3">{bulk.preflight.more(count - lines.length)}</p>
      )}
    </div>
  )
}

interface LineWordsProps {
  readonly line: RunLine
  readonly messages: ReturnType<typeof Use>
}

function LineWords({ line, messages }: LineWordsProps) {
  const text = stateWords(line, messages)
  const next = nextWords(line, messages)
  if (line.kind !== 'heldBack' && line.kind !== 'failed')
    return [text, next].filter(Boolean).join(messages.joined.stop)
  const { reason, outcome } = line
  const finding = findingOf(line, messages)
  return (
    <>
      <b className="font-semibold text-fg">{text}:</b>{' '}
      {finding !== null ? (
        <Words text={finding.short} blanks={readableValues(reason?.values, messages.times)} />
      ) : line.detail !== null ? (
        <Said of={line} />
      ) : (
        messages.bulk.run.outcomes[outcome ?? 'changed']
      )}
      {next !== '' && (
        <>
          {messages.joined.stop}
          <Words text={next} blanks={readableValues(reason?.values, messages.times)} />
        </>
      )}
    </>
  )
}

function findingOf({ reason }: RunLine, { checks }: LineWordsProps['messages']) {
  return reason === null ? null : findingWords(checks.table, reason.code, reason.finding)
}

/** Next step of the person whom the machine needs; '' for no person. */
function nextWords(line: RunLine, messages: LineWordsProps['messages']): string {
  const finding = findingOf(line, messages)
  const todo: Partial<Record<RunLineKind, string>> = messages.bulk.run.todo
  return finding?.remedy ?? finding?.decision ?? todo[line.kind] ?? ''
}

function stateWords(line: RunLine, { bulk }: LineWordsProps['messages']): string {
  const words = bulk.run.lines[line.kind]
  return typeof words === 'string' ? words : words(line.done, line.of)
}

/** The line as plain text, for the report. */
export function plainLine(line: RunLine, messages: LineWordsProps['messages']): string {
  const finding = findingOf(line, messages)
  const why =
    finding !== null
      ? plainWords(finding.short, readableValues(line.reason?.values, messages.times))
      : plainSaid(line, messages)
  return [stateWords(line, messages), why].filter(Boolean).join(': ')
}
