import { nextRequest } from '#components/decide/target.ts'
import { bigClock, DeadlineClock } from '#components/machine/deadline-clock.tsx'
import { StepFacts } from '#components/machine/step-facts.tsx'
import { machineSteps } from '#components/machine/steps.ts'
import { TimeFrame } from '#components/machine/time-frame.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { useMessages } from '#components/ui/messages.tsx'
import { clock, isoSpan } from '#lib/messages/grammar/time.ts'
import { useNow } from '#lib/query/live.ts'
import type { MachineAnswer } from '#lib/wire/views.ts'

interface TimePanelProps {
  readonly detail: MachineAnswer
  /** Whether the hour starts again with the request after a denied one. */
  readonly hourAgain: boolean
}

/** The time left for a machine, and the stages passed. */
export function TimePanel({ detail, hourAgain }: TimePanelProps) {
  return (
    <TimeFrame
      clock={<BigClock detail={detail} hourAgain={hourAgain} />}
      steps={machineSteps(detail)}
      factsOf={(step) => (
        <StepFacts
          step={step}
          requests={detail.requests}
          next={nextRequest({ kind: 'machine', machine: detail.machine })}
          machine={detail}
        />
      )}
    />
  )
}

function BigClock({ detail, hourAgain }: TimePanelProps) {
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
        <BigSpan seconds={took} />
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
        <BigSpan seconds={seconds} />
        {row.stage === 'denied' && hourAgain && (
          <p className="mt-1.5 text-xs text-fg-2">{time.startsAgain}</p>
        )}
      </>
    )
  }
  return <p className="text-fg-2">{time.noClock}</p>
}

/** A span in large figures; its units are smaller and paler, so that it fits on one line. */
function BigSpan({ seconds }: { readonly seconds: number }) {
  const { times } = useMessages()
  const parts = times.longSpan(seconds).split(/(\d+)/)
  return (
    <p className={classNames(bigClock, 'whitespace-nowrap')}>
      <time dateTime={isoSpan(seconds)}>
        {parts.map((part, at) =>
          at % 2 === 1 ? (
            part
          ) : (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
              key={at}
              className="text-[22px] tracking-normal text-fg-3 [word-spacing:-0.15em]"
            >
              {part}
            </span>
          ),
        )}
      </time>
    </p>
  )
}
