import { useMessages } from '#components/ui/messages.tsx'

interface MoreButtonProps {
  readonly open: boolean
  /** Words of the closed button, such as "and 6 more". */
  readonly more: string
  readonly describedBy?: string
  readonly onOpen: (open: boolean) => void
}

/** Shows the rows of a list beyond its first ones, and hides them again. */
export function MoreButton({ open, more, describedBy, onOpen }: MoreButtonProps) {
  const { showFewer } = useMessages().bulk.preflight
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-describedby={describedBy}
      onClick={() => onOpen(!open)}
      className="reach min-h-7.5 text-xs text-accent-fg underline-offset-3 hover:underline"
    >
      {open ? showFewer : more}
    </button>
  )
}
