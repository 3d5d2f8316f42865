import { ChevronDown, ChevronUp, CircleCheck } from 'lucide-react'
import { useId } from 'react'
import type { HeldRow } from '#components/machines/board-order.ts'
import { MachineTable, type MachineTableProps } from '#components/machines/machine-table.tsx'
import { secondsToJoin } from '#components/machines/progress.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { Icon } from '#components/ui/icon.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { panelLook } from '#components/ui/panel.tsx'
import { knownRows, type Rows } from '#components/ui/row-list.ts'

interface JoinedSectionProps extends Omit<MachineTableProps, 'label' | 'empty' | 'heads'> {
  /** Rows of machines that joined, also while the section is folded. */
  readonly joined: Rows<HeldRow>
  readonly isOpen: boolean
  readonly onOpen: (open: boolean) => void
}

/** Machines that joined in the last hour, folded into one line until a person opens it. */
export function JoinedSection({ joined, isOpen, onOpen, ...table }: JoinedSectionProps) {
  const { board } = useMessages()
  const id = useId()
  const title = board.sections.joined
  if (joined.count === 0) return null
  return (
    <>
      <SectionHead title={title} count={joined.count} />
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => onOpen(!isOpen)}
        className={classNames(
          panelLook,
          'flex min-h-11 w-full items-center gap-2 px-4 py-1.5 text-left hover:bg-hover max-tablet:px-3.5',
        )}
      >
        <Icon of={CircleCheck} className="text-good-fg" />
        <span className="min-w-0 flex-1 text-fg-2">
          <JoinedWords rows={joined} />
        </span>
        <Icon of={isOpen ? ChevronUp : ChevronDown} size="small" className="screen-only" />
      </button>
      {isOpen && (
        <div id={id} className="mt-2">
          <MachineTable label={title} heads="joined" {...table} />
        </div>
      )}
    </>
  )
}

/** The number of machines that joined, how long they took, and whether `exec` and `logs` work. */
function JoinedWords({ rows }: { readonly rows: Rows<HeldRow> }) {
  const { board, times } = useMessages()
  const words = board.joined
  const machines = knownRows(rows).flatMap(({ item }) =>
    item.kind === 'machine' ? [item.machine] : [],
  )
  // A partly read list has no median.
  const isWhole = machines.length === rows.count
  const took = medianOf(machines.map(secondsToJoin).filter((seconds) => seconds !== null))
  const time = isWhole && took !== null ? words.took(rows.count, times.span(took)) : null
  const without = machines.filter(({ execAndLogs }) => execAndLogs === 'unavailable').length
  const areFine = isWhole && machines.every(({ execAndLogs }) => execAndLogs === 'available')
  const works = without > 0 ? words.without(without) : areFine ? words.fine : null
  return (
    <>
      <b className="font-medium text-fg">{words.count(rows.count)}</b> {time}
      {time !== null && works !== null && words.between}
      {works !== null && <Words text={works} />}
    </>
  )
}

/** Null for no numbers. */
export function medianOf(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
