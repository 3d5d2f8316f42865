import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { TONES, type Tone } from '#components/ui/note.tsx'

interface ChipProps {
  readonly tone?: Tone
  readonly children: ReactNode
}

/** A value with its kind, small enough for a row of chips. */
export function Chip({ tone = 'plain', children }: ChipProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-2xs whitespace-nowrap [&_svg]:size-3',
        TONES[tone].box,
        TONES[tone].text,
      )}
    >
      {children}
    </span>
  )
}

interface CountProps {
  readonly value: number
  readonly tone?: 'plain' | 'accent' | 'bad'
  readonly className?: string
}

/** A number in a pill. */
export function Count({ value, tone = 'plain', className }: CountProps) {
  return (
    <span
      className={classNames(
        'inline-flex h-[18px] min-w-5 items-center justify-center rounded-full px-1.5 text-2xs leading-none font-medium tabular-nums',
        tone === 'plain' && 'bg-sunken text-fg-2',
        tone === 'accent' && 'bg-accent text-on-accent',
        tone === 'bad' && 'bg-bad-tint text-bad-fg',
        className,
      )}
    >
      {value}
    </span>
  )
}
