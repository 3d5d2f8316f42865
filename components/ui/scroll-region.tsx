import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface ScrollRegionProps {
  readonly label: string
  readonly className?: string
  /** Nothing in it is wider than it is: it neither scrolls nor stops the keyboard. */
  readonly fits?: boolean
  readonly children: ReactNode
}

/** Scrolls on its own, so the keyboard must be able to get into it. */
export function ScrollRegion({ label, className, fits = false, children }: ScrollRegionProps) {
  if (fits) return <div className={classNames('relative', className)}>{children}</div>
  return (
    // biome-ignore lint/a11y/useSemanticElements: sections of a page are not what scrolls
    <div
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled with the arrow keys
      tabIndex={0}
      // Positioned, so that what is hidden inside does not widen the page.
      className={classNames('relative overflow-auto', className)}
    >
      {children}
    </div>
  )
}
