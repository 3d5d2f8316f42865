import { useState } from 'react'
import { useWhose } from '#components/decide/whose.ts'
import { BoardAnnouncer } from '#components/machines/board-announcer.tsx'
import { useBoardFilter, useBoardSort } from '#components/machines/board-filter.ts'
import { useBoardKeys } from '#components/machines/board-keys.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { useBoardRows } from '#components/machines/board-rows.ts'
import { BoardToolbar } from '#components/machines/board-toolbar.tsx'
import { CutOffNote } from '#components/machines/cut-off-note.tsx'
import { EmptyBoard } from '#components/machines/empty-board.tsx'
import { JoinedSection } from '#components/machines/joined-section.tsx'
import { MachineApproverBrakeNote } from '#components/machines/machine-approver-brake-note.tsx'
import {
  boardCell,
  DRAW_ALL,
  MachineTable,
  type MachineTableProps,
} from '#components/machines/machine-table.tsx'
import { OTHER_COLUMNS, OTHER_HEIGHT, otherLines } from '#components/machines/other-columns.tsx'
import { PermissionNote } from '#components/machines/permission-note.tsx'
import { ReturningLine } from '#components/machines/returning-line.tsx'
import { ReturningSection } from '#components/machines/returning-section.tsx'
import { RowMenu } from '#components/machines/row-menu.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { SelectionBar } from '#components/machines/selection-bar.tsx'
import { SummaryStrip } from '#components/machines/summary-strip.tsx'
import { useBoardTicks } from '#components/machines/tickable.ts'
import { useSelectionGuard, useTickedMachines } from '#components/machines/ticked-machines.ts'
import { VerdictCard } from '#components/machines/verdict-card.tsx'
import { NotRead } from '#components/not-read.tsx'
import { DataTable } from '#components/ui/data-table.tsx'
import { useMessages } from '#components/ui/messages.tsx'
import { indexOfRow, type Rows, rowsOf } from '#components/ui/row-list.ts'
import { useFeed, useNow } from '#lib/query/live.ts'
import { isCounting } from '#lib/query/shown-feed.ts'
import type { BoardSection, Summary } from '#lib/wire/views.ts'

/** The Machines page once the cluster was read: sections, keys, selection. */
export function BoardLists({ summary }: { readonly summary: Summary }) {
  const { alarm, board: words } = useMessages()
  const board = useBoardState(summary)
  const { rows, lists, ticks, ticked, isLive, tableOf } = board
  const { counts } = summary
  const tickedOf = (section: BoardSection) => ({ ...tableOf(section), ticks: ticks.waiting })
  const nothingWaits = counts.waiting === 0 && rows.lists.waiting.count === 0
  return (
    <>
      {isLive && <PermissionNote />}
      {lists.alarms.rows.count > 0 && (
        <div className="mb-7 max-tablet:mb-5">
          <SectionHead
            title={alarm.section}
            count={lists.alarms.rows.count}
            hint={alarm.sectionHint}
            first
            tone="bad"
          />
          <MachineTable label={alarm.section} heads="alarms" {...tickedOf('alarms')} />
        </div>
      )}
      {isLive && <MachineApproverBrakeNote />}
      {isLive && <CutOffNote />}
      {nothingWaits && !board.isFiltered ? (
        <EmptyBoard summary={summary} asOf={board.asOf} />
      ) : (
        <WaitingLists summary={summary} board={board} />
      )}
      <SelectionBar
        summary={summary}
        selected={ticks.waiting.keys}
        hidden={ticked.offScreen.length - ticked.gone.length}
        onClear={ticks.waiting.clear}
      />
      {(['stopped', 'onTheirWay'] as const).map((name) => (
        <MachineSection
          key={name}
          title={words.sections[name]}
          hint={words.sections.hints[name]}
          heads={name}
          {...tickedOf(name)}
        />
      ))}
      <JoinedSection
        joined={rows.lists.joined}
        isOpen={board.showsJoined}
        onOpen={board.setJoinedOpen}
        {...tickedOf('joined')}
      />
      {lists.others.rows.count > 0 && (
        <div id="others">
          <SectionHead
            title={words.sections.others}
            count={lists.others.rows.count}
            hint={words.sections.hints.others}
          />
          <DataTable
            label={words.sections.others}
            columns={OTHER_COLUMNS}
            names={words.columns}
            height={OTHER_HEIGHT}
            linesLook={otherLines}
            cellLook={boardCell}
            fits
            drawAll={DRAW_ALL}
            {...tableOf('others')}
          />
        </div>
      )}
      <RowMenu />
      <VerdictCard />
      <BoardAnnouncer counts={counts} sections={rows.sections} />
    </>
  )
}

/** Rows of the Machines page, and what a person filters, ticks, marks and opens. */
function useBoardState({ counts }: Summary) {
  const { board: words, times } = useMessages()
  const feed = useFeed()
  const now = useNow(60_000)
  const filter = useBoardFilter()
  const sort = useBoardSort()
  const [{ text, verdict }, set] = filter
  const rows = useBoardRows(counts, filter[0], sort[0])
  const { sections, problem } = rows
  const isLive = feed.state === 'live'
  const isStale = !isLive || problem !== null
  /** Time of rows that are not live; null for live ones. */
  const asOf = isStale ? times.exactMoment(Date.parse(feed.lastHeardAt ?? ''), now) : null
  const asOfWords = asOf === null || feed.lastHeardAt === null ? null : words.sections.asOf(asOf)

  const ticks = useBoardTicks(rows.lists)
  const ticked = useTickedMachines(ticks.waiting.keys, sections)
  useSelectionGuard(ticked, ticks.waiting.untick)
  const isFiltered = text !== '' || verdict !== 'all'
  const [isJoinedOpen, setJoinedOpen] = useState(false)
  const showsJoined = isJoinedOpen || isFiltered
  // Keys reach only drawn rows.
  const drawn = showsJoined ? rows.lists : { ...rows.lists, joined: NO_ROWS }
  const lists = useBoardKeys(drawn, ticks)
  return {
    ...{ filter, set, sort, isFiltered, rows, lists, ticks, ticked },
    ...{ showsJoined, setJoinedOpen, isLive, isStale, asOf },
    /** Hint beside counts that are not live; null where they are, or no time is known. */
    asOfHint: isCounting(feed) ? words.sections.counting : asOfWords,
    /** Props of the table of a section. */
    tableOf(section: BoardSection) {
      const { onWindow, hold } = sections[section]
      return { list: lists[section], onWindow, hold, stale: isStale }
    },
  }
}

const NO_ROWS: Rows<HeldRow> = rowsOf<HeldRow>([], ({ item }) => item.key)

interface WaitingListsProps {
  readonly summary: Summary
  readonly board: ReturnType<typeof useBoardState>
}

/** Machines that wait for an approval, with their filter. */
function WaitingLists({ summary, board }: WaitingListsProps) {
  const { board: words, common } = useMessages()
  const whose = useWhose()
  const { set, rows, lists, isFiltered, isStale, asOfHint } = board
  const { sections } = rows
  const { waiting } = rows.lists
  const { counts } = summary
  const isWanted = counts.waiting > counts.returning
  const isRead = sections.waiting.counts !== null || !isWanted

  /** Brings the row into view. Filters for a row that is hidden or not read yet. */
  function show(name: string): void {
    const index = indexOfRow(waiting, name)
    if (index === -1) set.text(name)
    else lists.waiting.handle.current?.focusRow(index)
  }

  function clearFilter(): void {
    set.text('')
    set.verdict('all')
  }

  const empty = isFiltered
    ? {
        title: words.empty.noMatch,
        clear: { label: words.empty.clearFilter, onClear: clearFilter },
      }
    : { title: words.empty.title[whose] }
  return (
    <>
      <SummaryStrip summary={summary} drained={isStale} asOf={asOfHint} />
      <BoardToolbar
        filter={board.filter}
        sort={board.sort}
        counts={counts}
        inputRef={lists.waiting.filter}
      />
      {board.isLive && rows.problem !== null && (
        <NotRead {...common.rowsNotRead} problem={rows.problem} onRetry={sections.waiting.retry} />
      )}
      <ReturningSection
        summary={summary}
        roles={sections.returning.counts?.roles ?? null}
        {...board.tableOf('returning')}
        ticks={board.ticks.returning}
      />
      <ReturningLine returning={summary.returning} onShow={show} />
      {(isWanted || isFiltered || waiting.count > 0) && (
        <>
          {counts.returning > 0 ? (
            <SectionHead
              title={words.sections.newHere.title}
              count={waiting.count}
              hint={asOfHint ?? words.sections.newHere.hint}
            />
          ) : (
            <SectionHead
              title={words.sections.waiting[whose]}
              count={waiting.count}
              {...(asOfHint === null ? {} : { hint: asOfHint })}
              first
            />
          )}
          <MachineTable
            label={words.sections.waitingTable[whose]}
            heads="waiting"
            {...(isRead ? { empty } : {})}
            {...board.tableOf('waiting')}
            ticks={board.ticks.waiting}
          />
        </>
      )}
    </>
  )
}

interface MachineSectionProps extends Omit<MachineTableProps, 'label' | 'empty'> {
  readonly title: string
  readonly hint: string | undefined
}

/** A section; absent while it is empty. */
function MachineSection({ title, hint, ...table }: MachineSectionProps) {
  const { count } = table.list.rows
  if (count === 0) return null
  return (
    <>
      <SectionHead title={title} count={count} hint={hint} />
      <MachineTable label={title} {...table} />
    </>
  )
}
