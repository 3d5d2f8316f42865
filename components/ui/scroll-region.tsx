import type { ReactNode } from 'react'
import { classNames } from '#components/ui/class-names.ts'

interface ScrollRegionProps {
  readonly label: string
  readonly className?: string
  readonly children: ReactNode
}

/** Scrolls on its own, so the keyboard must be able to get into it. */
export function ScrollRegion({ label, className, children }: ScrollRegionProps) {
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
