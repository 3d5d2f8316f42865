import type { RefObject } from 'react'
import { Button, type ButtonSize } from '#components/ui/button.tsx'

interface ClearFilterProps {
  readonly label: string
  readonly onClear: () => void
  readonly filter: RefObject<HTMLInputElement | null>
  readonly size?: ButtonSize
  readonly className?: string
}

/** Where a filter hides every row. The button goes with what it stands in: one goes on in the filter. */
export function ClearFilter({ label, onClear, filter, ...look }: ClearFilterProps) {
  return (
    <Button
      {...look}
      onClick={() => {
        onClear()
        filter.current?.focus()
      }}
    >
      {label}
    </Button>
  )
}
