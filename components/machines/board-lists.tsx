'use client'

import { useMemo, useRef } from 'react'
import { useWhose } from '#components/decide/whose.ts'
import { BoardAnnouncer, SelectionGuard } from '#components/machines/board-announcer.tsx'
import { useBoardKeys } from '#components/machines/board-keys.ts'
import type { Sort } from '#components/machines/board-order.ts'
import { useBoardRows } from '#components/machines/board-rows.ts'
import { BoardToolbar } from '#components/machines/board-toolbar.tsx'
import { BrakeNote } from '#components/machines/brake-note.tsx'
import { EmptyBoard } from '#components/machines/empty-board.tsx'
import { useTickName } from '#components/machines/machine-columns.tsx'
import {
  boardCell,
  DRAW_ALL,
  MachineTable,
  type MachineTableProps,
} from '#components/machines/machine-table.tsx'
import { OTHER_HEIGHT, otherLines, useOtherColumns } from '#components/machines/other-columns.tsx'
import { PermissionNote } from '#components/machines/permission-note.tsx'
import { useOff } from '#components/machines/permissions.tsx'
import { RowMenu } from '#components/machines/row-menu.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { SelectionBar } from '#components/machines/selection-bar.tsx'
import { SummaryStrip } from '#components/machines/summary-strip.tsx'
import { canTick, onDemand } from '#components/machines/tickable.ts'
import { useMessages } from '#components/messages.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { knownRows } from '#components/ui/rows.ts'
import { useTicks } from '#components/ui/ticks.ts'
import type { Board, BoardFilter } from '#lib/query/board.ts'
import { useFeed, useNow } from '#lib/query/live.ts'

interface BoardListsProps extends BoardFilter {
  readonly board: Board
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly onText: (text: string) => void
  readonly onVerdict: (verdict: BoardFilter['verdict']) => void
}

/** The Machines page of a cluster that was read: its sections, and what acts on their rows. */
export function BoardLists({
  board,
  sort,
  onSort,
  text,
  onText,
  verdict,
  onVerdict,
}: BoardListsProps) {
  const { alarm, board: words, times } = useMessages()
  const feed = useFeed()
  const whose = useWhose()
  const now = useNow(60_000)
  const filter = useRef<HTMLInputElement>(null)
  const drained = feed.state !== 'live'
  const asOf = drained ? times.exactMoment(Date.parse(feed.lastHeardAt ?? ''), now) : null
  const asOfHint = asOf === null || feed.lastHeardAt === null ? null : words.sections.asOf(asOf)

  const rows = useBoardRows(board, sort)
  const { waiting, onPointed } = rows
  const off = useOff()
  const nameOf = useTickName()
  const ticks = useTicks(waiting, (row) => canTick(row, off), {
    column: words.columns.select,
    all: words.row.selectAll,
    nameOf,
  })
  const shownKeys = useMemo(
    () => onDemand(() => new Set(knownRows(waiting).map(({ item }) => item.key))),
    [waiting],
  )
  const lists = useBoardKeys(rows, ticks, filter)
  const others = useOtherColumns()
  const section = { stale: drained, ticks }

  const nothingWaits = board.counts.waiting === 0 && waiting.count === 0
  const filtered = text !== '' || verdict !== 'all'
  return (
    <>
      {feed.state === 'live' && <PermissionNote />}
      {lists.alarms.rows.count > 0 && (
        <div className="mb-7 max-tablet:mb-5">
          <SectionHead
            title={alarm.section}
            count={lists.alarms.rows.count}
            hint={alarm.sectionHint}
            first
            tone="bad"
          />
          <MachineTable label={alarm.section} list={lists.alarms} heads="alarms" {...section} />
        </div>
      )}
      {feed.state === 'live' && <BrakeNote />}
      {nothingWaits && !filtered ? (
        <EmptyBoard board={board} asOf={asOf} />
      ) : (
        <>
          <SummaryStrip board={board} drained={drained} asOf={asOfHint} />
          <BoardToolbar
            text={text}
            onText={onText}
            verdict={verdict}
            onVerdict={onVerdict}
            sort={sort}
            onSort={onSort}
            counts={board.counts}
            inputRef={filter}
          />
          <SectionHead
            title={words.sections.waiting[whose]}
            count={waiting.count}
            {...(asOfHint === null ? {} : { hint: asOfHint })}
            first
          />
          <MachineTable
            label={words.sections.waitingTable[whose]}
            list={lists.waiting}
            heads="waiting"
            onPointed={onPointed}
            empty={
              filtered
                ? {
                    title: words.empty.noMatch,
                    clear: {
                      label: words.empty.clearFilter,
                      onClear() {
                        onText('')
                        onVerdict('all')
                      },
                    },
                  }
                : { title: words.empty.title[whose] }
            }
            {...section}
          />
        </>
      )}
      <SelectionBar counts={board.counts} ticks={ticks} shown={shownKeys} />
      <MachineSection
        list={lists.stopped}
        title={words.sections.stopped}
        hint={words.sections.stoppedHint}
        heads="stopped"
        {...section}
      />
      <MachineSection
        list={lists.onTheirWay}
        title={words.sections.onTheirWay}
        hint={words.sections.onTheirWayHint}
        heads="onTheirWay"
        {...section}
      />
      <MachineSection
        list={lists.joined}
        title={words.sections.joined}
        heads="joined"
        {...section}
      />
      {board.others.length > 0 && (
        <div id="others">
          <SectionHead
            title={words.sections.others}
            count={board.others.length}
            hint={words.sections.othersHint}
          />
          <DataTable
            label={words.sections.others}
            columns={others}
            list={lists.others}
            height={OTHER_HEIGHT}
            linesLook={otherLines}
            cellLook={boardCell}
            stale={drained}
            fits
            drawAll={DRAW_ALL}
          />
        </div>
      )}
      <RowMenu />
      <BoardAnnouncer />
      <SelectionGuard ticks={ticks} />
    </>
  )
}

interface MachineSectionProps extends Omit<MachineTableProps, 'label' | 'empty' | 'onPointed'> {
  readonly title: string
  readonly hint?: string
}

/** Not there while it is empty. */
function MachineSection({ title, hint, ...table }: MachineSectionProps) {
  const { count } = table.list.rows
  if (count === 0) return null
  return (
    <>
      <SectionHead title={title} count={count} {...(hint === undefined ? {} : { hint })} />
      <MachineTable label={title} {...table} />
    </>
  )
}
