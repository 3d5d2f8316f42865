import { ChevronDown, ChevronUp } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useMessages } from '#components/messages.tsx'
import { Button } from '#components/ui/button.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Count } from '#components/ui/chip.tsx'
import { Icon } from '#components/ui/icon.tsx'

/** Rows from which a list is folded, so that other boxes to tick stay in view. */
const OPENED = 12
const FIRST = 4
/** More than this are counted, not listed. */
const LISTED = 100

interface PlanGroupProps {
  readonly title: string
  readonly text: string
  readonly count?: number
  /** In the place of what is ticked, or beside the title where there is something to tick. */
  readonly icon?: ReactNode
  /** Without it there is nothing to tick. */
  readonly checked?: boolean
  readonly onTick?: (on: boolean) => void
  /** Under the text. */
  readonly below?: ReactNode
  /** The list, of which no more than so many rows are shown. */
  readonly children?: (most: number) => ReactNode
}

/** One of a bulk's groups: what it is, whether it is part of it, and who is in it. */
export function PlanGroup(props: PlanGroupProps) {
  const { title, text, count, icon, checked, onTick, below, children } = props
  const { bulk } = useMessages()
  const isLong = (count ?? 0) > OPENED
  const [open, setOpen] = useState(!isLong)
  const most = open ? LISTED : isLong ? FIRST : 0
  const { show, hide, showAll, showFewer } = bulk.preflight
  const [more, less] = isLong ? [showAll, showFewer] : [show, hide]
  const id = useId()
  return (
    <section aria-labelledby={id} className="border-b border-line-soft px-5 py-3 last:border-b-0">
      <div className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-3">
        <span className="pt-0.5">
          {checked === undefined ? (
            icon
          ) : (
            <Checkbox
              aria-labelledby={id}
              checked={checked}
              onChange={(event) => onTick?.(event.currentTarget.checked)}
            />
          )}
        </span>
        <div className="min-w-0">
          <h3 id={id} className="flex items-center gap-2 font-semibold">
            {checked !== undefined && icon}
            {title}
            {count !== undefined && <Count value={count} />}
          </h3>
          <p className="text-pretty text-fg-2">{text}</p>
          {below !== undefined && <div className="mt-2">{below}</div>}
        </div>
        {children !== undefined && (
          <Button
            look="quiet"
            size="small"
            aria-expanded={open}
            aria-describedby={id}
            onClick={() => setOpen((before) => !before)}
          >
            {open ? less : more}
            <Icon of={open ? ChevronUp : ChevronDown} size="small" />
          </Button>
        )}
      </div>
      {most > 0 && children !== undefined && (
        <div className="mt-2 pl-7 max-tablet:pl-0">{children(most)}</div>
      )}
    </section>
  )
}
