'use client'

import { nextRequest } from '#components/decide/target.ts'
import { bigClock, DeadlineClock } from '#components/machine/deadline-clock.tsx'
import { StepNeedText } from '#components/machine/step-need.tsx'
import { machineSteps, type Step } from '#components/machine/steps.ts'
import { TimeFrame } from '#components/machine/time-frame.tsx'
import { useMessages, Words } from '#components/messages.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { clock, isoSpan } from '#lib/messages/time.ts'
import type { MachineDetail } from '#lib/query/domain-types.ts'
import { useNow } from '#lib/query/live.ts'

/** How long a machine has, and how far it has come. */
export function TimePanel({ detail }: { readonly detail: MachineDetail }) {
  return (
    <TimeFrame
      clock={<BigClock detail={detail} />}
      steps={machineSteps(detail)}
      factsOf={(step) => <StepFacts step={step} detail={detail} />}
    />
  )
}

function BigClock({ detail }: { readonly detail: MachineDetail }) {
  const { machine, times } = useMessages()
  const { time } = machine
  const now = useNow()
  const row = detail.machine
  if (row.deadline !== null) {
    const { duplicates, nextDuplicateAt } = row
    const next = nextDuplicateAt === null ? null : (Date.parse(nextDuplicateAt) - now) / 1_000
    return (
      <DeadlineClock deadline={row.deadline} duplicates={duplicates}>
        {next !== null && (next > 0 ? time.nextDuplicate(clock(next)) : time.duplicateDue)}
      </DeadlineClock>
    )
  }

  const first = detail.timeline.findLast(({ kind }) => kind === 'requestFiled')?.at
  if (row.joinedAt !== null && first !== undefined) {
    const took = (Date.parse(row.joinedAt) - Date.parse(first)) / 1_000
    return (
      <>
        <p className="text-xs text-fg-3">{time.firstRequestToJoined}</p>
        <BigSpan seconds={took} className="text-good-fg" />
        <p className="mt-1.5 text-xs text-fg-2">
          {time.joined(times.exactMoment(Date.parse(row.joinedAt), now))}
        </p>
      </>
    )
  }
  if (row.stageSince !== null && row.stage !== 'ready') {
    const seconds = (now - Date.parse(row.stageSince)) / 1_000
    return (
      <>
        <p className="text-xs text-fg-3">{time.since}</p>
        <BigSpan seconds={seconds} className="text-fg" />
      </>
    )
  }
  return <p className="text-fg-2">{time.noClock}</p>
}

interface BigSpanProps {
  readonly seconds: number
  readonly className: string
}

/** A clock as long as one is read at a glance; then in units, which are smaller, so that it is one line. */
function BigSpan({ seconds, className }: BigSpanProps) {
  const { times } = useMessages()
  const parts = times.longSpan(seconds).split(/(\d+)/)
  return (
    <p className={classNames(bigClock, 'whitespace-nowrap', className)}>
      <time dateTime={isoSpan(seconds)}>
        {seconds < 6_000
          ? clock(seconds)
          : parts.map((part, at) =>
              at % 2 === 1 ? (
                part
              ) : (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
                  key={at}
                  className="text-[22px] tracking-normal [word-spacing:-0.15em]"
                >
                  {part}
                </span>
              ),
            )}
      </time>
    </p>
  )
}

interface StepFactsProps {
  readonly step: Step
  readonly detail: MachineDetail
}

/** Known facts of a stop, or its condition. */
function StepFacts({ step, detail }: StepFactsProps) {
  const { machine, times } = useMessages()
  const { steps } = machine
  const now = useNow(60_000)
  const row = detail.machine
  const at = step.at === null ? null : times.exactMoment(Date.parse(step.at), now)

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
    if (since) return <p>{steps.notReadySince(times.exactMoment(Date.parse(since), now))}</p>
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
    return (
      <StepNeedText need={step.needs} request={nextRequest({ kind: 'machine', machine: row })} />
    )
  }

  if (at === null) {
    const isAhead = step.name === 'servingRequested' && step.state === 'todo'
    return <p>{isAhead ? steps.kubeletFiles : '–'}</p>
  }
  const newest = step.newestAt === null ? null : times.exactMoment(Date.parse(step.newestAt), now)
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
