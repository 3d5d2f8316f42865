import type { ReactNode } from 'react'

interface TickedBarProps {
  readonly label: string
  /** Words for the ticked rows. */
  readonly ticked: ReactNode
  /** Actions on the ticked rows. */
  readonly children: ReactNode
}

/**
 * A bar above the list while a row is ticked; on phones docked above the tabs, in a short window
 * below the list.
 */
export function TickedBar({ label, ticked, children }: TickedBarProps) {
  return (
    <section
      aria-label={label}
      className="bottom-4 not-short:sticky z-10 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-lg overlay py-1.5 pr-1.5 pl-3.5 max-tablet:not-short:fixed max-tablet:inset-x-0 max-tablet:bottom-[60px] max-tablet:z-29 max-tablet:w-auto max-tablet:rounded-none max-tablet:border-t max-tablet:border-line max-tablet:bg-surface max-tablet:px-3 max-tablet:py-2 max-tablet:shadow-none"
    >
      <span className="tabular-nums max-tablet:grow">{ticked}</span>
      {children}
    </section>
  )
}

/** Classes of deciding buttons: two side by side on phones. */
export const tickedAction = 'max-tablet:h-11 max-tablet:grow max-tablet:basis-[40%]'
