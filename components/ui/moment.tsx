interface MomentProps {
  /** RFC 3339. */
  readonly at: string
  /** Milliseconds since the epoch: a moment of another day is shown with its date. */
  readonly now: number
  readonly className?: string
}

const TIME = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })

/** `14:01:24` for a moment of today, `3 Nov, 14:01:24` before; in full on hover. */
export function Moment({ at, now, className }: MomentProps) {
  return (
    <time dateTime={at} title={momentInFull(at)} className={className}>
      {momentText(at, now)}
    </time>
  )
}

export function momentText(at: string, now: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  const today = new Date(now).toDateString() === date.toDateString()
  return today ? TIME.format(date) : `${DAY.format(date)}, ${TIME.format(date)}`
}

function momentInFull(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? at : FULL.format(date)
}
