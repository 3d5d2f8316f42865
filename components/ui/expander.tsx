import { ChevronDown, ChevronUp } from 'lucide-react'
import { Button, type ButtonProps } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'

interface ExpanderProps extends ButtonProps {
  readonly open: boolean
  readonly onOpen: (open: boolean) => void
}

/** A button that shows more of its subject, and hides it again. */
export function Expander({ open, onOpen, children, ...button }: ExpanderProps) {
  return (
    <Button
      look="quiet"
      size="small"
      aria-expanded={open}
      onClick={() => onOpen(!open)}
      {...button}
    >
      {children}
      <Icon of={open ? ChevronUp : ChevronDown} size="small" />
    </Button>
  )
}
