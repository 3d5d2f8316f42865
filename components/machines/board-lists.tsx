'use client'

import { SearchX } from 'lucide-react'
import { type ComponentProps, type RefObject, useMemo, useRef } from 'react'
import { useWhose } from '#components/decide/whose.ts'
import { BoardAnnouncer, SelectionGuard } from '#components/machines/board-announcer.tsx'
import { useBoardKeys } from '#components/machines/board-keys.ts'
import type { Sort } from '#components/machines/board-order.ts'
import { useBoardRows } from '#components/machines/board-rows.ts'
import { BoardToolbar } from '#components/machines/board-toolbar.tsx'
import { BrakeNote } from '#components/machines/brake-note.tsx'
import { EmptyBoard } from '#components/machines/empty-board.tsx'
import { MachineList } from '#components/machines/machine-list.tsx'
import { OtherRequests } from '#components/machines/other-requests.tsx'
import { PermissionNote } from '#components/machines/permission-note.tsx'
import { RowMenu } from '#components/machines/row-menu.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { SelectionBar } from '#components/machines/selection-bar.tsx'
import { SummaryStrip } from '#components/machines/summary-strip.tsx'
import { TickAll } from '#components/machines/tick-all.tsx'
import { onDemand } from '#components/machines/tickable.ts'
import { useTicking } from '#components/machines/ticking.ts'
import { useMessages } from '#components/messages.tsx'
import { ClearFilter } from '#components/ui/clear-filter.tsx'
import { Icon } from '#components/ui/icon.tsx'
import type { ListHandle, View } from '#components/ui/list-handle.ts'
import { Panel } from '#components/ui/panel.tsx'
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

  const { waiting, alarms, stopped, onTheirWay, joined, onPointed } = useBoardRows(board, sort)

  const { tickable, someTickable, onTick } = useTicking(waiting)
  const shownKeys = useMemo(
    () => onDemand(() => new Set(waiting.all().map(({ item }) => item.key))),
    [waiting],
  )

  const alarmList = useRef<ListHandle>(null)
  const waitingList = useRef<ListHandle>(null)
  const stoppedList = useRef<ListHandle>(null)
  const wayList = useRef<ListHandle>(null)
  const joinedList = useRef<ListHandle>(null)
  const otherList = useRef<ListHandle>(null)
  const sections = [
    [alarmList, alarms],
    [waitingList, waiting],
    [stoppedList, stopped],
    [wayList, onTheirWay],
    [joinedList, joined],
  ] as const
  const focusRow = (key: string, view: View = 'brought') => {
    for (const [list, section] of sections) {
      list.current?.focusRow(section.indexOf(key), view)
    }
    otherList.current?.focusRow(
      board.others.findIndex(({ uid }) => uid === key),
      view,
    )
  }
  useBoardKeys({
    lists: [
      ...[alarms, waiting, stopped, onTheirWay, joined].map((section) => ({
        has: (key: string) => section.indexOf(key) !== -1,
        all: () => section.all().map(({ item }) => item.key),
      })),
      {
        has: (key) => board.others.some(({ uid }) => uid === key),
        all: () => board.others.map(({ uid }) => uid),
      },
    ],
    tickable,
    filter,
    targetOf(key) {
      const row = sections
        .map(([, section]) => section.at(section.indexOf(key)))
        .find((found) => found !== undefined)
      if (row !== undefined) return row.gone ? null : row.item
      const request = board.others.find(({ uid }) => uid === key)
      return request === undefined ? null : { kind: 'request', request }
    },
    focusRow,
  })

  const nothingWaits = board.counts.waiting === 0 && waiting.length === 0
  const filtered = text !== '' || verdict !== 'all'
  return (
    <>
      {feed.state === 'live' && <PermissionNote />}
      {alarms.length > 0 && (
        <div className="mb-7 max-tablet:mb-5">
          <SectionHead
            title={alarm.section}
            count={alarms.length}
            hint={alarm.sectionHint}
            first
            tone="bad"
          />
          <MachineList
            handle={alarmList}
            label={alarm.section}
            rows={alarms}
            heads="alarms"
            drained={drained}
            onTick={onTick}
          />
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
            count={waiting.length}
            {...(asOfHint === null ? {} : { hint: asOfHint })}
            first
          />
          {waiting.length > 0 ? (
            <MachineList
              handle={waitingList}
              label={words.sections.waitingTable[whose]}
              rows={waiting}
              heads="waiting"
              drained={drained}
              onTick={onTick}
              tickAll={<TickAll keys={tickable} disabled={!someTickable} />}
              onPointed={onPointed}
            />
          ) : (
            <NoMatch
              filtered={filtered}
              onClear={() => {
                onText('')
                onVerdict('all')
              }}
              filter={filter}
            />
          )}
        </>
      )}
      <SelectionBar counts={board.counts} shown={shownKeys} />
      <MachineSection
        handle={stoppedList}
        title={words.sections.stopped}
        hint={words.sections.stoppedHint}
        rows={stopped}
        heads="stopped"
        drained={drained}
        onTick={onTick}
      />
      <MachineSection
        handle={wayList}
        title={words.sections.onTheirWay}
        hint={words.sections.onTheirWayHint}
        rows={onTheirWay}
        heads="onTheirWay"
        drained={drained}
        onTick={onTick}
      />
      <MachineSection
        handle={joinedList}
        title={words.sections.joined}
        rows={joined}
        heads="joined"
        drained={drained}
        onTick={onTick}
      />
      {board.others.length > 0 && (
        <div id="others">
          <SectionHead
            title={words.sections.others}
            count={board.others.length}
            hint={words.sections.othersHint}
          />
          <OtherRequests handle={otherList} requests={board.others} drained={drained} />
        </div>
      )}
      <RowMenu />
      <BoardAnnouncer />
      <SelectionGuard />
    </>
  )
}

interface MachineSectionProps extends Omit<ComponentProps<typeof MachineList>, 'label'> {
  readonly title: string
  readonly hint?: string
}

/** Not there while it is empty. */
function MachineSection({ title, hint, ...list }: MachineSectionProps) {
  const count = list.rows.length
  if (count === 0) return null
  return (
    <>
      <SectionHead title={title} count={count} {...(hint === undefined ? {} : { hint })} />
      <MachineList label={title} {...list} />
    </>
  )
}

interface NoMatchProps {
  readonly filtered: boolean
  readonly onClear: () => void
  readonly filter: RefObject<HTMLInputElement | null>
}

function NoMatch({ filtered, onClear, filter }: NoMatchProps) {
  const { board } = useMessages()
  const words = board.empty
  const whose = useWhose()
  return (
    <Panel className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 py-4 text-fg-2">
      <Icon of={SearchX} className="text-fg-3" />
      <span className="flex-1">{filtered ? words.noMatch : words.title[whose]}</span>
      {filtered && (
        <ClearFilter label={words.clearFilter} onClear={onClear} filter={filter} size="small" />
      )}
    </Panel>
  )
}
