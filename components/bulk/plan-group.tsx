import { type ReactNode, useId, useState } from 'react'
import { MoreButton } from '#components/bulk/more-button.tsx'
import { listRow } from '#components/bulk/plan-lists.tsx'
import { Checkbox } from '#components/ui/checkbox.tsx'
import { Count } from '#components/ui/chip.tsx'
import { Expander } from '#components/ui/expander.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import type { Listing } from '#lib/wire/run-answers.ts'

/** Rows of a group that are listed before a person asks for more. */
const FIRST = 3

interface PlanGroupProps<Row> {
  readonly title: string
  /** Colour of the title. */
  readonly look?: string
  readonly text?: string
  /** Replaces the checkbox, or stands beside the title of a group that has one. */
  readonly icon: ReactNode
  /** Without it the group has no checkbox. */
  readonly checked?: boolean
  readonly onTick?: (on: boolean) => void
  readonly listing: Listing<Row>
  /** Whether no row is shown at first. */
  readonly folded?: boolean
  readonly children: (row: Row) => ReactNode
}

/** A group of the plan: its title, whether it is included, and its rows. */
export function PlanGroup<Row>(props: PlanGroupProps<Row>) {
  const { title, look, text, icon, checked, onTick, listing, folded = false, children } = props
  const { bulk } = useMessages()
  const [open, setOpen] = useState(false)
  const least = folded ? 0 : FIRST
  const shown = listing.rows.slice(0, open ? listing.rows.length : least)
  const uncounted = listing.count - shown.length
  const isLong = listing.count > least
  const { show, hide, more } = bulk.preflight
  const id = useId()
  return (
    <section aria-labelledby={id} className="border-b border-line px-5 py-2.5 last:border-b-0">
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
            <span className={look}>{title}</span>
            <Count value={listing.count} />
          </h3>
          {text !== undefined && <p className="text-pretty text-fg-2">{text}</p>}
        </div>
        {folded && (
          <Expander open={open} onOpen={setOpen} className="-mr-2" aria-describedby={id}>
            {open ? hide : show(listing.count)}
          </Expander>
        )}
      </div>
      {shown.length > 0 && (
        <div className="mt-1 pl-7 max-tablet:pl-0">
          <ul>{shown.map(children)}</ul>
          {open && uncounted > 0 && <p className={`${listRow} text-fg-3`}>{more(uncounted)}</p>}
          {isLong && !folded && (
            <MoreButton open={open} more={more(uncounted)} describedBy={id} onOpen={setOpen} />
          )}
        </div>
      )}
    </section>
  )
}
