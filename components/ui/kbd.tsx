import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface KbdProps {
  readonly children: ReactNode
  /** `accent`: on a filled button. */
  readonly on?: 'surface' | 'accent'
}

/** A key to press. Hidden on phones, which have none. */
export function Kbd({ children, on = 'surface' }: KbdProps) {
  return (
    <kbd
      aria-hidden
      className={classNames(
        'inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border px-1 font-sans text-2xs leading-none font-medium max-tablet:hidden',
        on === 'accent'
          ? '-mr-1 border-white/32 bg-transparent text-inherit'
          : 'border-line bg-surface text-fg-3',
      )}
    >
      {children}
    </kbd>
  )
}
