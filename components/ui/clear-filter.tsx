import type { RefObject } from 'react'
import { Button, type ButtonSize } from '#components/ui/button.tsx'
import { focusHeading } from '#components/ui/fallen-focus.ts'

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
        // On a phone it may be folded away: then nothing has the focus, and the top of the page gets it.
        if (document.activeElement !== filter.current) focusHeading()
      }}
    >
      {label}
    </Button>
  )
}
