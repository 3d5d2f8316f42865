'use client'

import { Ban, Check, ClockAlert, Layers, X } from 'lucide-react'
import { machineSteps, type Step, type StepState } from '#components/machine/steps.ts'
import { HourBar, remaining } from '#components/machines/countdown.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { clock, isoSpan } from '#lib/messages/time.ts'
import { useNow } from '#lib/query/live.ts'
import type { MachineDetail } from '#lib/query/wire.ts'

/** How long there is, and how far it has come. */
export function TimePanel({ detail }: { readonly detail: MachineDetail }) {
  const { machine } = useMessages()
  return (
    <section
      aria-label={machine.time.label}
      className={classNames(
        panelLook,
        'mb-6 grid grid-cols-[236px_minmax(0,1fr)] max-wide:grid-cols-[212px_minmax(0,1fr)] max-tablet:grid-cols-1',
      )}
    >
      <div className="border-r border-line-soft px-5 pt-[18px] pb-5 max-tablet:border-r-0 max-tablet:border-b max-tablet:px-3.5 max-tablet:py-3">
        <BigClock detail={detail} />
      </div>
      <Steps detail={detail} />
    </section>
  )
}

const bigClock =
  '-ml-0.5 font-mono text-clock font-medium tracking-[-0.055em] tabular-nums max-tablet:text-[36px]/[44px]'

function BigClock({ detail }: { readonly detail: MachineDetail }) {
  const { machine, times } = useMessages()
  const { time } = machine
  const now = useNow()
  const row = detail.machine
  if (row.deadline !== null) return <Deadline detail={detail} now={now} deadline={row.deadline} />

  const first = detail.timeline.findLast(({ kind }) => kind === 'requestFiled')?.at
  if (row.joinedAt !== null && first !== undefined) {
    const took = (Date.parse(row.joinedAt) - Date.parse(first)) / 1_000
    return (
      <>
        <p className="text-xs text-fg-3">{time.firstRequestToReady}</p>
        <p className={classNames(bigClock, 'text-good-fg')}>
          <time dateTime={isoSpan(took)}>{took < 6_000 ? clock(took) : times.longSpan(took)}</time>
        </p>
        <p className="mt-1.5 text-xs text-fg-2">
          {time.joined(times.exactMoment(Date.parse(row.joinedAt)))}
        </p>
      </>
    )
  }
  if (row.stageSince !== null && row.stage !== 'ready') {
    const seconds = (now - Date.parse(row.stageSince)) / 1_000
    return (
      <>
        <p className="text-xs text-fg-3">{time.since}</p>
        <p className={classNames(bigClock, 'text-fg')}>
          <time dateTime={isoSpan(seconds)}>
            {seconds < 6_000 ? clock(seconds) : times.longSpan(seconds)}
          </time>
        </p>
      </>
    )
  }
  return <p className="text-fg-2">{time.noClock}</p>
}

interface DeadlineProps {
  readonly detail: MachineDetail
  readonly deadline: string
  readonly now: number
}

function Deadline({ detail, deadline, now }: DeadlineProps) {
  const { machine, times } = useMessages()
  const { time } = machine
  const { seconds, urgency } = remaining(deadline, now)
  const { duplicates, nextDuplicateAt } = detail.machine
  const ends = times.exactMoment(Date.parse(deadline))
  const next = nextDuplicateAt === null ? null : (Date.parse(nextDuplicateAt) - now) / 1_000
  const overdue = urgency === 'overdue'
  return (
    <>
      <p className="text-xs text-fg-3">{overdue ? time.pastTheHour : time.leftOfTheHour}</p>
      {overdue ? (
        <p className={classNames(bigClock, 'text-bad-fg')}>
          <time dateTime={isoSpan(-seconds)}>
            {time.minutes(Math.floor(-seconds / 60))}
            <span className="ml-2 text-[22px] tracking-normal">{time.minutesUnit}</span>
          </time>
        </p>
      ) : (
        <p className={classNames(bigClock, urgency === 'soon' ? 'text-warn-fg' : 'text-fg')}>
          <time dateTime={isoSpan(seconds)}>{clock(seconds)}</time>
        </p>
      )}
      {!overdue && <HourBar seconds={seconds} urgency={urgency} className="mt-1.5 mb-2.5 h-1" />}
      <div className="text-xs/[17px] text-fg-2">
        {urgency === 'soon' && (
          <p className="flex items-center gap-1.5 text-warn-fg">
            <Icon of={ClockAlert} size="small" />
            {time.lastQuarter}
          </p>
        )}
        {overdue && duplicates > 0 && (
          <p className="flex items-center gap-1.5 text-bad-fg">
            <Icon of={Layers} size="small" />
            {time.duplicates(duplicates)}
          </p>
        )}
        <p>
          {overdue ? time.hourEnded(ends) : time.hourEnds(ends)}{' '}
          {next !== null && (next > 0 ? time.nextDuplicate(clock(next)) : time.duplicateDue)}
        </p>
      </div>
    </>
  )
}

const DOTS: Record<StepState, string> = {
  done: 'bg-fg-2 border-fg-2 text-surface',
  ok: 'bg-good-mark border-good-mark text-surface',
  now: 'border-2 border-accent-fg text-accent-fg bg-surface',
  waiting: 'border-fg-2 text-fg-2 bg-surface',
  failed: 'bg-bad-mark border-bad-mark text-surface',
  denied: 'bg-fg-3 border-fg-3 text-surface',
  todo: 'border-line-control text-fg-3 bg-surface',
}
const GLYPHS: Partial<Record<StepState, typeof Check>> = {
  done: Check,
  ok: Check,
  failed: X,
  denied: Ban,
}

function Steps({ detail }: { readonly detail: MachineDetail }) {
  const { machine, common } = useMessages()
  const steps = machineSteps(detail)
  return (
    <ol
      aria-label={machine.steps.stagesLabel}
      className="grid grid-cols-5 content-center px-5 py-[18px] max-tablet:grid-cols-1 max-tablet:gap-3 max-tablet:px-3.5"
    >
      {steps.map((step, index) => {
        const Glyph = GLYPHS[step.state]
        const next = steps[index + 1]
        const current = step.state === 'now' || step.state === 'waiting'
        return (
          <li
            key={step.name}
            aria-current={current ? 'step' : undefined}
            className="relative min-w-0 pr-3 max-tablet:grid max-tablet:grid-cols-[22px_minmax(0,1fr)] max-tablet:gap-x-3 max-tablet:pr-0"
          >
            {next !== undefined && (
              <span
                aria-hidden
                className={classNames(
                  'absolute top-[10.5px] left-[26px] h-[1.5px] w-[calc(100%-30px)] max-tablet:top-[26px] max-tablet:-bottom-2 max-tablet:left-2.5 max-tablet:h-auto max-tablet:w-[1.5px]',
                  next.state === 'todo'
                    ? 'bg-line'
                    : next.state === 'ok'
                      ? 'bg-good-mark'
                      : 'bg-fg-2',
                )}
              />
            )}
            <span
              aria-hidden
              className={classNames(
                'mb-2.5 grid size-[22px] place-items-center rounded-full border-[1.5px] text-2xs leading-none font-medium max-tablet:mb-0',
                DOTS[step.state],
              )}
            >
              {Glyph === undefined ? (
                index + 1
              ) : (
                <Glyph width={12} height={12} strokeWidth={2.75} />
              )}
            </span>
            <div className="min-w-0">
              <p className={step.state === 'todo' ? 'text-fg-3' : 'font-medium'}>
                {common.stages[step.name]}
              </p>
              <div className="text-xs/[17px] text-fg-3">
                <StepFacts step={step} detail={detail} />
              </div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

interface StepFactsProps {
  readonly step: Step
  readonly detail: MachineDetail
}

/** What is known of a stop, or what it takes to get there. */
function StepFacts({ step, detail }: StepFactsProps) {
  const { machine, times } = useMessages()
  const { steps } = machine
  const row = detail.machine
  const at = step.at === null ? null : times.exactMoment(Date.parse(step.at))

  if (step.name === 'ready') {
    if (at !== null) {
      return (
        <>
          <p className="tabular-nums">{at}</p>
          <p>
            {row.execAndLogs === 'available'
              ? steps.execAndLogsWork
              : machine.execAndLogs[row.execAndLogs]}
          </p>
        </>
      )
    }
    const since = detail.node?.ready?.since
    if (since) return <p>{steps.notReadySince(times.exactMoment(Date.parse(since)))}</p>
    return <p>{steps.readyMeans}</p>
  }

  if (step.name === 'clientIssued' || step.name === 'servingIssued') {
    if (at !== null) {
      return (
        <>
          <p className="tabular-nums">
            {step.afterSeconds === null ? at : steps.after(at, step.afterSeconds)}
          </p>
          {step.approvedBy !== null && (
            <p>
              <Words text={steps.approvedBy} blanks={{ by: step.approvedBy }} />
            </p>
          )}
        </>
      )
    }
    return <p>{step.needs === null ? '–' : steps.needs[step.needs]}</p>
  }

  if (at === null) {
    const isAhead = step.name === 'servingRequested' && step.state === 'todo'
    return <p>{isAhead ? steps.kubeletFiles : '–'}</p>
  }
  const newest = step.newestAt === null ? null : times.exactMoment(Date.parse(step.newestAt))
  const superseded = detail.requests.filter(
    ({ superseded, name }) => superseded && step.requestNames.includes(name),
  ).length
  const failing = step.state === 'now' ? (detail.requests.find(isCurrent)?.failing.length ?? 0) : 0
  const [only = ''] = step.requestNames
  return (
    <>
      <p className="tabular-nums">{newest === null ? at : steps.newest(at, newest)}</p>
      {step.requestNames.length === 1 ? (
        <ClusterText text={only} />
      ) : (
        <p>{steps.requests(step.requestNames.length, superseded)}</p>
      )}
      {failing > 0 && <p className="text-bad-fg">{steps.heldBack(failing)}</p>}
      {step.state === 'failed' && <p className="text-bad-fg">{steps.failedAtSigner}</p>}
      {step.state === 'denied' && <p>{steps.denied}</p>}
    </>
  )
}

function isCurrent(request: MachineDetail['requests'][number]): boolean {
  return request.verdict !== null && !request.superseded
}
