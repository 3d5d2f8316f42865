import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'void'

interface NoteProps {
  readonly icon: LucideIcon
  readonly tone?: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  /** Buttons at the end of the line; on phones below it. */
  readonly action?: ReactNode
  readonly className?: string
}

export const TONES: Record<Tone, { readonly box: string; readonly text: string }> = {
  plain: { box: 'border-line bg-surface', text: 'text-fg-2' },
  good: { box: 'border-good-edge bg-good-tint', text: 'text-good-fg' },
  warn: { box: 'border-warn-edge bg-warn-tint', text: 'text-warn-fg' },
  bad: { box: 'border-bad-edge bg-bad-tint', text: 'text-bad-fg' },
  void: { box: 'border-void-edge bg-void-tint', text: 'text-void-fg' },
}

/** A banner: the problem, its meaning, the remedy. */
export function Note({ icon, tone = 'plain', title, children, action, className }: NoteProps) {
  return (
    <div
      className={classNames(
        'flex items-start gap-2.5 rounded-lg border px-3.5 py-2.5 max-tablet:flex-wrap',
        TONES[tone].box,
        className,
      )}
    >
      <Icon of={icon} className={classNames('mt-0.5', TONES[tone].text)} />
      <div className="min-w-0 flex-1 wrap-anywhere max-tablet:basis-[calc(100%-32px)]">
        <p className="font-semibold">{title}</p>
        {children !== undefined && <div className="text-pretty text-fg-2">{children}</div>}
      </div>
      {action !== undefined && (
        <div className="flex gap-2 self-center max-tablet:w-full max-tablet:*:h-11 max-tablet:*:flex-1">
          {action}
        </div>
      )}
    </div>
  )
}
