import { ClockAlert, TimerOff } from 'lucide-react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { HOUR_SECONDS } from '#lib/csr/units-of-time.ts'
import { isoSpan } from '#lib/messages/grammar/time.ts'
import { useNow } from '#lib/query/live.ts'

/** The last quarter of the documented hour for joining, in seconds. */
export const SOON_SECONDS = 900

export type Urgency = 'calm' | 'soon' | 'overdue'

/** Seconds left, negative past the deadline; and the urgency. */
export function remaining(deadline: string, now: number): { seconds: number; urgency: Urgency } {
  const seconds = Math.ceil((Date.parse(deadline) - now) / 1_000)
  return { seconds, urgency: seconds <= 0 ? 'overdue' : seconds <= SOON_SECONDS ? 'soon' : 'calm' }
}

const COLOURS = { calm: 'text-fg', soon: 'text-warn-fg', overdue: 'text-bad-fg' } as const

interface CountdownProps {
  readonly deadline: string
  /** Number of duplicates, shown below an overdue time, which has no bar. */
  readonly duplicates?: number
}

/** Time left of the hour; all countdowns tick together once a second. Not a live region. */
export function Countdown({ deadline, duplicates = 0 }: CountdownProps) {
  const { common } = useMessages()
  const { seconds, urgency } = remaining(deadline, useNow())
  if (urgency === 'overdue') {
    return (
      <div className="grid text-bad-fg max-roomy:justify-items-end">
        <span className="flex items-center gap-1.5 font-medium whitespace-nowrap tabular-nums leading-[18px]">
          <Icon of={TimerOff} size="small" className="max-roomy:hidden" />
          {common.deadline.overdue(-seconds)}
        </span>
        {duplicates > 0 && (
          <span className="text-xs text-fg-3">{common.duplicates(duplicates)}</span>
        )}
      </div>
    )
  }
  return (
    <div className="grid w-[132px] gap-[5px] max-wide:w-[120px] max-roomy:w-auto max-roomy:justify-items-end">
      <span className={classNames('flex items-center gap-1.5', COLOURS[urgency])}>
        {urgency === 'soon' && <Icon of={ClockAlert} size="small" />}
        <time
          dateTime={isoSpan(seconds)}
          className="font-mono text-md leading-[18px] font-medium tracking-tight"
        >
          {common.deadline.left(seconds)}
        </time>
      </span>
      <HourBar seconds={seconds} urgency={urgency} className="max-roomy:w-16" />
    </div>
  )
}

interface HourBarProps {
  readonly seconds: number
  readonly urgency: Urgency
  readonly className?: string
}

/** The bar shows the hour, its notch the last quarter. */
export function HourBar({ seconds, urgency, className }: HourBarProps) {
  const share = Math.max(0, Math.min(1, seconds / HOUR_SECONDS))
  return (
    <span
      aria-hidden
      className={classNames(
        'relative block h-[3px] overflow-hidden rounded-[2px] bg-track',
        className,
      )}
    >
      <span
        className={classNames(
          'absolute inset-0 origin-left',
          urgency === 'soon' ? 'bg-warn-mark' : 'bg-track-fill',
        )}
        style={{ transform: `scaleX(${share.toFixed(4)})` }}
      />
      <span className="absolute inset-y-0 left-1/4 -ml-px w-0.5 bg-(--row-colour,var(--color-surface))" />
    </span>
  )
}
