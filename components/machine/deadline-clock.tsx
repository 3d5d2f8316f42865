import { ClockAlert, Layers } from 'lucide-react'
import type { ReactNode } from 'react'
import { HourBar, remaining } from '#components/machines/countdown.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { IconText } from '#components/ui/icon.tsx'
import { Sentences, useMessages } from '#components/ui/messages.tsx'
import { clock, isoSpan } from '#lib/messages/grammar/time.ts'
import { useNow } from '#lib/query/live.ts'

export const bigClock =
  '-ml-0.5 font-mono text-clock font-medium tracking-[-0.055em] tabular-nums max-tablet:text-[36px]/[44px]'

interface DeadlineClockProps {
  readonly deadline: string
  /** Small text after the time at which the hour ends. */
  readonly children: ReactNode
  readonly duplicates?: number
}

/** Time left of the machine's hour, or time since its end. */
export function DeadlineClock({ deadline, children, duplicates = 0 }: DeadlineClockProps) {
  const { machine, times } = useMessages()
  const { time } = machine
  const now = useNow()
  const { seconds, urgency } = remaining(deadline, now)
  const ends = times.exactMoment(Date.parse(deadline), now)
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
          <p>
            <IconText of={ClockAlert} className="text-warn-fg">
              {time.lastQuarter}
            </IconText>
          </p>
        )}
        {overdue && duplicates > 0 && (
          <p>
            <IconText of={Layers} className="text-bad-fg">
              {time.duplicates(duplicates)}
            </IconText>
          </p>
        )}
        <p>
          <Sentences>
            {overdue ? time.hourEnded(ends) : time.hourEnds(ends)}
            {children}
          </Sentences>
        </p>
      </div>
    </>
  )
}
