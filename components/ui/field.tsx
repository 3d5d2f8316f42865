import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface FieldProps {
  /** Icon before the input. */
  readonly icon?: ReactNode
  /** Element after the input: a key, a button. */
  readonly end?: ReactNode
  /** The input, with its own label. */
  readonly children: ReactNode
  readonly className?: string
}

/** A box around an input. */
export function Field({ icon, end, children, className }: FieldProps) {
  return (
    <div
      className={classNames(
        'inline-flex h-8 min-w-0 items-center gap-2 rounded-md border border-line-control bg-surface pr-1.5 pl-2.5 text-fg-3 focus-within:border-focus focus-within:ring-1 focus-within:ring-focus max-tablet:h-11',
        className,
      )}
    >
      {icon}
      {children}
      {end}
    </div>
  )
}

/** Classes of an input inside a Field, whose box shows the focus. */
export const fieldInput =
  'h-full min-w-0 flex-1 border-0 bg-transparent text-fg outline-none focus-visible:outline-none'
