import type { ComponentPropsWithRef, ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

/** A sheet on the canvas. */
export function Panel({ className, ...rest }: ComponentPropsWithRef<'div'>) {
  return <div {...rest} className={classNames(panelLook, className)} />
}

export const panelLook = 'rounded-lg border border-line bg-surface'

interface PanelHeadProps {
  readonly title: string
  /** Beside the title, in the third grey. */
  readonly aside?: ReactNode
  /** At the end of the line. */
  readonly action?: ReactNode
}

export function PanelHead({ title, aside, action }: PanelHeadProps) {
  return (
    <header className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line px-4 max-tablet:py-1.5">
      <h2 className="text-sm font-semibold">{title}</h2>
      {aside !== undefined && <span className="text-xs text-fg-3">{aside}</span>}
      {action !== undefined && <span className="-mr-2 ml-auto">{action}</span>}
    </header>
  )
}
