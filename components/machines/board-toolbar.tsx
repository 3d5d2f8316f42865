import { ArrowUpNarrowWide, ChevronDown } from 'lucide-react'
import { memo, type RefObject } from 'react'
import type {
  BoardFilter,
  useBoardFilter,
  useBoardSort,
} from '#components/machines/board-filter.ts'
import { VERDICT_COLOURS, VERDICT_ICONS } from '#components/machines/verdict-badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { ChoiceItems, ChoiceMenu } from '#components/ui/choice-menu.tsx'
import { FilterField } from '#components/ui/filter-field.tsx'
import { Icon } from '#components/ui/icon.tsx'
import { Menu, MenuHead, MenuRule } from '#components/ui/menu.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { ToggleGroup } from '#components/ui/toggle-group.tsx'
import type { Messages } from '#lib/messages/catalogue.ts'
import { type BoardCounts, MACHINE_SORTS } from '#lib/wire/views.ts'

interface BoardToolbarProps {
  readonly filter: ReturnType<typeof useBoardFilter>
  readonly sort: ReturnType<typeof useBoardSort>
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

export function BoardToolbar({ filter, sort, counts, inputRef }: BoardToolbarProps) {
  const [{ text, verdict }, set, verdicts] = filter
  const [order, setOrder] = sort
  const { board, common } = useMessages()
  const words = board.toolbar
  const names = { ...common.verdicts, all: words.all, heldBack: words.heldBack }
  const numbers = {
    ...counts,
    all: counts.waiting,
    partlyJudged: counts.verified + counts.plausible,
  }
  return (
    <div className="mt-5 mb-2 flex flex-wrap items-center gap-2 max-tablet:mt-3 max-tablet:flex-nowrap">
      <FilterField
        label={words.filter}
        clearLabel={words.clearFilter}
        value={text}
        onChange={set.text}
        inputRef={inputRef}
        className="w-[212px] flex-none max-tablet:w-auto max-tablet:flex-1 wide:w-[248px]"
      />
      <div className="max-tablet:hidden">
        <ToggleGroup
          label={words.verdict}
          value={verdict}
          onChange={set.verdict}
          options={verdicts.map((value) => {
            const badge = BADGES[value]
            return {
              value,
              body: (
                <>
                  {badge !== null && (
                    <Icon
                      of={VERDICT_ICONS[badge]}
                      size="small"
                      className={VERDICT_COLOURS[badge]}
                    />
                  )}
                  {names[value]}
                  <span className="font-normal text-fg-2 tabular-nums">{numbers[value]}</span>
                </>
              ),
            }
          })}
        />
      </div>
      <span className="flex-1 max-tablet:hidden" />
      <SortMenu order={order} setOrder={setOrder} />
      <Menu
        trigger={
          <Button className="h-11 tablet:hidden">
            <span className="sr-only">{words.verdict}: </span>
            {names[verdict]}{' '}
            <span className="font-normal text-fg-2 tabular-nums">{numbers[verdict]}</span>
            <Icon of={ChevronDown} size="small" />
          </Button>
        }
      >
        <MenuHead>{words.verdict}</MenuHead>
        <ChoiceItems
          value={verdict}
          onChange={set.verdict}
          options={verdicts.map((value) => ({ value, text: `${names[value]} ${numbers[value]}` }))}
        />
        <MenuRule />
        <MenuHead>{words.sort}</MenuHead>
        <ChoiceItems value={order} onChange={setOrder} options={sortOptions(words)} />
      </Menu>
    </div>
  )
}

function sortOptions({ sorts }: Messages['board']['toolbar']) {
  return MACHINE_SORTS.map((value) => ({ value, text: sorts[value] }))
}

interface SortMenuProps {
  readonly order: BoardToolbarProps['sort'][0]
  readonly setOrder: BoardToolbarProps['sort'][1]
}

const SortMenu = memo(function SortMenu({ order, setOrder }: SortMenuProps) {
  const words = useMessages().board.toolbar
  return (
    <span className="max-tablet:hidden">
      <ChoiceMenu
        label={words.sort}
        icon={ArrowUpNarrowWide}
        value={order}
        onChange={setOrder}
        options={sortOptions(words)}
      />
    </span>
  )
})
