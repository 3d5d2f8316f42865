import { ArrowUpNarrowWide } from 'lucide-react'
import { memo, type RefObject } from 'react'
import { type BoardFilter, useVerdictFilters } from '#components/machines/board-filter.ts'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { useMessages } from '#components/messages.tsx'
import { ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { classNames } from '#components/ui/class-names.ts'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import { type BoardCounts, MACHINE_SORTS, type MachineSort } from '#lib/query/domain-types.ts'

interface BoardToolbarProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly verdict: BoardFilter['verdict']
  readonly onVerdict: (verdict: BoardFilter['verdict']) => void
  readonly sort: MachineSort
  readonly onSort: (sort: MachineSort) => void
  readonly counts: BoardCounts
  readonly inputRef: RefObject<HTMLInputElement | null>
}

const BADGES = {
  all: null,
  verified: 'verified',
  plausible: 'plausible',
  partlyJudged: 'partlyJudged',
  heldBack: 'suspicious',
} as const satisfies Record<BoardFilter['verdict'], unknown>

export function BoardToolbar(props: BoardToolbarProps) {
  const { text, onText, verdict, onVerdict, sort, onSort, counts, inputRef } = props
  const { board, common } = useMessages()
  const words = board.toolbar
  const names = {
    ...common.verdicts,
    all: words.all,
    heldBack: words.heldBack,
  }
  const numbers = {
    ...counts,
    all: counts.waiting,
    partlyJudged: counts.verified + counts.plausible,
  }
  return (
    <div className="mt-5 mb-2 flex flex-wrap items-center gap-2 max-tablet:-mx-3 max-tablet:mt-3 max-tablet:mb-1 max-tablet:flex-nowrap max-tablet:overflow-x-auto max-tablet:px-3 max-tablet:py-1 max-tablet:[scrollbar-width:none]">
      <FilterField
        label={words.filter}
        clearLabel={words.clearFilter}
        value={text}
        onChange={onText}
        inputRef={inputRef}
        className={classNames(
          'w-[212px] flex-none wide:w-[248px]',
          // On phones it has room only while it is needed.
          text === '' && 'max-tablet:not-focus-within:hidden',
        )}
      />
      <ToggleGroup
        label={words.verdict}
        value={verdict}
        onChange={onVerdict}
        options={useVerdictFilters().map((value) => {
          const badge = BADGES[value]
          return {
            value,
            body: (
              <>
                {badge !== null && (
                  <Icon of={VERDICT_ICONS[badge]} size="small" className={VERDICT_COLOURS[badge]} />
                )}
                {names[value]}
                <span className="font-normal text-fg-2 tabular-nums">{numbers[value]}</span>
              </>
            ),
          }
        })}
      />
      <span className="flex-1" />
      <SortMenu sort={sort} onSort={onSort} />
    </div>
  )
}

const SortMenu = memo(function SortMenu(props: Pick<BoardToolbarProps, 'sort' | 'onSort'>) {
  const words = useMessages().board.toolbar
  return (
    <span className="max-tablet:hidden">
      <ChoiceMenu
        label={words.sort}
        icon={ArrowUpNarrowWide}
        value={props.sort}
        onChange={props.onSort}
        options={MACHINE_SORTS.map((value) => ({ value, text: words.sorts[value] }))}
      />
    </span>
  )
})
