import { useState } from 'react'
import { useWhose } from '#components/decide/whose.ts'
import { BoardAnnouncer } from '#components/machines/board-announcer.tsx'
import { useBoardFilter, useBoardSort } from '#components/machines/board-filter.ts'
import { useBoardKeys } from '#components/machines/board-keys.ts'
import type { HeldRow } from '#components/machines/board-order.ts'
import { type BoardRows, useBoardRows } from '#components/machines/board-rows.ts'
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
import type { Summary } from '#lib/query/domain-types.ts'
import { useFeed, useNow } from '#lib/query/live.ts'

/** The Machines page once the cluster was read: sections, keys, selection. */
export function BoardLists({ summary }: { readonly summary: Summary }) {
  const { alarm, board: words, common, times } = useMessages()
  const feed = useFeed()
  const whose = useWhose()
  const now = useNow(60_000)
  const [filter, set] = useBoardFilter()
  const [sort, setSort] = useBoardSort()
  const { counts } = summary
  const rows = useBoardRows(counts, filter, sort)
  const { sections } = rows
  const drained = feed.state !== 'live' || rows.problem !== null
  const asOf = drained ? times.exactMoment(Date.parse(feed.lastHeardAt ?? ''), now) : null
  const asOfHint = asOf === null || feed.lastHeardAt === null ? null : words.sections.asOf(asOf)

  const { waiting } = rows.lists
  const ticks = useBoardTicks(rows.lists)
  const { keys, untick, clear } = ticks.waiting
  const ticked = useTickedMachines(keys, sections)
  useSelectionGuard(ticked, untick)
  const filtered = filter.text !== '' || filter.verdict !== 'all'
  const [isJoinedOpen, setJoinedOpen] = useState(false)
  const showsJoined = isJoinedOpen || filtered
  // Keys reach only drawn rows.
  const drawn = showsJoined ? rows.lists : { ...rows.lists, joined: NO_ROWS }
  const lists = useBoardKeys(drawn, ticks)
  const section = { stale: drained, ticks: ticks.waiting }
  /** Brings the row into view. Filters for a row that is hidden or not read yet. */
  function show(name: string): void {
    const index = indexOfRow(waiting, name)
    if (index === -1) set.text(name)
    else lists.waiting.handle.current?.focusRow(index)
  }

  const nothingWaits = counts.waiting === 0 && waiting.count === 0
  const isWanted = counts.waiting > counts.returning
  const hasWaiting = isWanted || filtered || waiting.count > 0
  const empty = filtered
    ? {
        title: words.empty.noMatch,
        clear: {
          label: words.empty.clearFilter,
          onClear() {
            set.text('')
            set.verdict('all')
          },
        },
      }
    : { title: words.empty.title[whose] }
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
          <MachineTable
            label={alarm.section}
            list={lists.alarms}
            heads="alarms"
            {...windowOf(sections.alarms)}
            {...section}
          />
        </div>
      )}
      {feed.state === 'live' && <MachineApproverBrakeNote />}
      {feed.state === 'live' && <CutOffNote />}
      {nothingWaits && !filtered ? (
        <EmptyBoard summary={summary} asOf={asOf} />
      ) : (
        <>
          <SummaryStrip summary={summary} drained={drained} asOf={asOfHint} />
          <BoardToolbar
            {...filter}
            onText={set.text}
            onVerdict={set.verdict}
            sort={sort}
            onSort={setSort}
            counts={counts}
            inputRef={lists.waiting.filter}
          />
          {feed.state === 'live' && rows.problem !== null && (
            <NotRead
              {...common.rowsNotRead}
              problem={rows.problem}
              onRetry={sections.waiting.retry}
            />
          )}
          <ReturningSection
            summary={summary}
            roles={sections.returning.counts?.roles ?? null}
            list={lists.returning}
            {...windowOf(sections.returning)}
            stale={drained}
            ticks={ticks.returning}
          />
          <ReturningLine returning={summary.returning} onShow={show} />
          {hasWaiting && (
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
                list={lists.waiting}
                heads="waiting"
                {...windowOf(sections.waiting)}
                {...(sections.waiting.counts === null && isWanted ? {} : { empty })}
                {...section}
              />
            </>
          )}
        </>
      )}
      <SelectionBar
        summary={summary}
        selected={keys}
        hidden={ticked.offScreen.length - ticked.gone.length}
        onClear={clear}
      />
      {(['stopped', 'onTheirWay'] as const).map((name) => (
        <MachineSection
          key={name}
          list={lists[name]}
          title={words.sections[name]}
          hint={words.sections.hints[name]}
          heads={name}
          {...windowOf(sections[name])}
          {...section}
        />
      ))}
      <JoinedSection
        joined={rows.lists.joined}
        isOpen={showsJoined}
        onOpen={setJoinedOpen}
        list={lists.joined}
        {...windowOf(sections.joined)}
        {...section}
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
            list={lists.others}
            height={OTHER_HEIGHT}
            linesLook={otherLines}
            cellLook={boardCell}
            stale={drained}
            {...windowOf(sections.others)}
            fits
            drawAll={DRAW_ALL}
          />
        </div>
      )}
      <RowMenu />
      <VerdictCard />
      <BoardAnnouncer counts={counts} sections={sections} />
    </>
  )
}

const NO_ROWS: Rows<HeldRow> = rowsOf<HeldRow>([], ({ item }) => item.key)

/** Window of a section, for its table. */
function windowOf({ onWindow, hold }: BoardRows['sections']['waiting']) {
  return { onWindow, hold }
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
