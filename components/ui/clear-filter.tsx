import type { RefObject } from 'react'
import { Button } from '#components/ui/button.tsx'

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
      }}
    >
      {label}
    </Button>
  )
}
