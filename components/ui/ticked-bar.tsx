import { Button, type OffReason } from '#components/ui/button.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'

interface Action {
  readonly label: string
  readonly onAct: () => void
}

interface TickedBarProps {
  readonly count: number
  /** Number of ticked rows that the filter hides. */
  readonly hidden: number
  /** Reason that no ticked row can be decided now; null when one can. */
  readonly off: OffReason | null
  readonly onClear: () => void
  readonly deny: Action
  readonly approve: Action | null
}

/**
 * A bar above the list while a row is ticked; on phones docked above the tabs, in a short window
 * below the list.
 */
export function TickedBar({ count, hidden, off, onClear, deny, approve }: TickedBarProps) {
  const words = useMessages().common.selection
  return (
    <section
      aria-label={words.region}
      className="screen-only bottom-4 not-short:sticky z-10 mx-auto mt-4 flex w-fit max-w-full flex-wrap items-center gap-2 rounded-lg overlay py-1.5 pr-1.5 pl-3.5 max-tablet:not-short:fixed max-tablet:inset-x-0 max-tablet:bottom-[60px] max-tablet:z-29 max-tablet:w-auto max-tablet:rounded-none max-tablet:border-t max-tablet:border-line max-tablet:bg-surface max-tablet:px-3 max-tablet:py-2 max-tablet:shadow-none"
    >
      <span className="tabular-nums max-tablet:grow">
        <Words text={words.selected} blanks={{ count: <b className="font-semibold">{count}</b> }} />
        {hidden > 0 && <span className="text-fg-3"> {words.hidden(hidden)}</span>}
      </span>
      <Button look="quiet" size="small" onClick={onClear}>
        {words.clear}
      </Button>
      <Button size="small" off={off} onClick={deny.onAct} className={look}>
        {deny.label}
      </Button>
      {approve !== null && (
        <Button look="primary" size="small" off={off} onClick={approve.onAct} className={look}>
          {approve.label}
        </Button>
      )}
    </section>
  )
}

/** On phones two buttons stand side by side. */
const look = 'max-tablet:h-11 max-tablet:grow max-tablet:basis-[40%]'
