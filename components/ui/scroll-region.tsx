import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface ScrollRegionProps {
  readonly label: string
  readonly className?: string
  /** The content is no wider: the region neither scrolls nor is a tab stop. */
  readonly fits?: boolean
  readonly children: ReactNode
}

/** A region that scrolls on its own, and is a tab stop for that. */
export function ScrollRegion({ label, className, fits = false, children }: ScrollRegionProps) {
  if (fits) return <div className={classNames('relative', className)}>{children}</div>
  return (
    // biome-ignore lint/a11y/useSemanticElements: sections of a page are not what scrolls
    <div
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled with the arrow keys
      tabIndex={0}
      // Positioned, so that hidden content does not widen the page.
      className={classNames('relative overflow-auto', className)}
    >
      {children}
    </div>
  )
}
