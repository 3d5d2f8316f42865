import type { ReactNode } from 'react'
import { Count } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'

interface SectionHeadProps {
  readonly title: string
  readonly count?: number
  readonly hint?: ReactNode
  readonly first?: boolean
  readonly tone?: 'plain' | 'bad'
}

export function SectionHead({
  title,
  count,
  hint,
  first = false,
  tone = 'plain',
}: SectionHeadProps) {
  return (
    <div
      className={classNames(
        'mb-2 flex min-h-6 flex-wrap items-center gap-2 max-tablet:px-0.5',
        first ? 'mt-0' : 'mt-7 max-tablet:mt-5',
      )}
    >
      <h2
        className={classNames(
          'text-md font-semibold tracking-snug',
          tone === 'bad' && 'text-bad-fg',
        )}
      >
        {title}
      </h2>
      {count !== undefined && <Count value={count} tone={tone} />}
      {hint !== undefined && (
        <p className="text-fg-3 max-tablet:basis-full max-tablet:text-xs">{hint}</p>
      )}
    </div>
  )
}
