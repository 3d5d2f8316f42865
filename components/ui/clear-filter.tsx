import type { RefObject } from 'react'
import { Button } from '#components/ui/button.tsx'
import { focusHeading } from '#components/ui/fallen-focus.ts'

interface ClearFilterProps {
  readonly label: string
  readonly onClear: () => void
  readonly filter: RefObject<HTMLInputElement | null>
  readonly className?: string
}

/**
 * Shown where a filter hides every row. The button disappears when used, and the focus moves to the
 * filter.
 */
export function ClearFilter({ label, onClear, filter, className }: ClearFilterProps) {
  return (
    <Button
      className={className}
      onClick={() => {
        onClear()
        filter.current?.focus()
        // On a phone the filter may be folded away and cannot take the focus: use the heading.
        if (document.activeElement !== filter.current) focusHeading()
      }}
    >
      {label}
    </Button>
  )
}
