import type { ComponentPropsWithRef, ReactNode } from 'react'
import { Count } from '#components/ui/chip.tsx'
import { classNames } from '#components/ui/class-names.ts'

/** A raised surface on the canvas. */
export function Panel({ className, ...rest }: ComponentPropsWithRef<'div'>) {
  return <div {...rest} className={classNames(panelLook, className)} />
}

export const panelLook = 'rounded-lg border border-line bg-surface'

interface PanelHeadProps {
  readonly title: string
  /** Count, on one line with the title. */
  readonly count?: number
  /** Text beside the title, in the third grey; long names are cut off. */
  readonly aside?: ReactNode
  /** Button at the end of the line. */
  readonly action?: ReactNode
}

export function PanelHead({ title, count, aside, action }: PanelHeadProps) {
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
      <div className="flex items-center gap-2">
        <h2 className="text-sm font-semibold">{title}</h2>
        {count !== undefined && <Count value={count} />}
      </div>
      {aside !== undefined && <span className="flex min-w-0 text-xs text-fg-3">{aside}</span>}
      {action !== undefined && <span className="-mr-2 ml-auto">{action}</span>}
    </header>
  )
}

interface TitledPanelProps extends PanelHeadProps {
  /** Accessible name of the region, where it is one. */
  readonly label?: string
  readonly className?: string
  readonly children: ReactNode
}

export function TitledPanel({ label, className, children, ...head }: TitledPanelProps) {
  return (
    <section aria-label={label} className={classNames(panelLook, className)}>
      <PanelHead {...head} />
      {children}
    </section>
  )
}
