'use client'

import { SearchX } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { BoardAnnouncer, SelectionGuard } from '#components/machines/board-announcer.tsx'
import { useBoardKeys } from '#components/machines/board-keys.ts'
import {
  asHeld,
  asTheyAre,
  createItemSorter,
  holdOrder,
  isSort,
  type Rows,
  type Sort,
} from '#components/machines/board-order.ts'
import {
  createPickedStore,
  PickedProvider,
  selectRange,
  toggleSelected,
  usePickedStore,
} from '#components/machines/board-selection.tsx'
import { BoardSkeleton } from '#components/machines/board-skeleton.tsx'
import { BoardToolbar } from '#components/machines/board-toolbar.tsx'
import { BrakeNote } from '#components/machines/brake-note.tsx'
import { EmptyBoard } from '#components/machines/empty-board.tsx'
import { MachineList } from '#components/machines/machine-list.tsx'
import { OtherRequests } from '#components/machines/other-requests.tsx'
import { PermissionNote } from '#components/machines/permission-note.tsx'
import { OffProvider, useOff } from '#components/machines/permissions.tsx'
import { RowMenu } from '#components/machines/row-menu.tsx'
import { SectionHead } from '#components/machines/section-head.tsx'
import { SelectionBar } from '#components/machines/selection-bar.tsx'
import { SummaryStrip } from '#components/machines/summary-strip.tsx'
import { TickAll } from '#components/machines/tick-all.tsx'
import { canTick, hasTickable, onDemand } from '#components/machines/tickable.ts'
import { useMessages, Words } from '#components/messages.tsx'
import { Said } from '#components/said.tsx'
import { useUrlParam } from '#components/shell/url-param.ts'
import { Button } from '#components/ui/button.tsx'
import { Icon } from '#components/ui/icon.tsx'
import type { ListHandle, View } from '#components/ui/list-handle.ts'
import { Note } from '#components/ui/note.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { useTakesLong } from '#components/ui/skeleton.tsx'
import type { Board, BoardFilter } from '#lib/query/board.ts'
import type { BoardItem } from '#lib/query/board-facts.ts'
import { useBoard, useFeed, useLive } from '#lib/query/live.ts'
import type { ListedMachine } from '#lib/query/wire.ts'

/** The Machines page. */
export function BoardPage() {
  const { board } = useMessages()
  const [store] = useState(createPickedStore)
  return (
    <PickedProvider value={store}>
      <OffProvider>
        <h1 className="sr-only">{board.title}</h1>
        <BoardOrWait />
      </OffProvider>
    </PickedProvider>
  )
}

const VERDICTS = ['all', 'verified', 'plausible', 'heldBack'] as const

function BoardOrWait() {
  const { shell } = useMessages()
  const { status, problem } = useLive()
  const feed = useFeed()
  const [text, setText] = useUrlParam('q')
  const [verdictText, setVerdict] = useUrlParam('verdict')
  const [sortText, setSort] = useUrlParam('sort')
  const verdict = VERDICTS.find((known) => known === verdictText) ?? 'all'
  const sort: Sort = isSort(sortText) ? sortText : 'deadline'
  const board = useBoard({ text, verdict })
  const onSort = useCallback((next: Sort) => setSort(next === 'deadline' ? '' : next), [setSort])
  const onVerdict = useCallback(
    (next: BoardFilter['verdict']) => setVerdict(next === 'all' ? '' : next),
    [setVerdict],
  )

  // Empty because nothing was ever read is not the same as empty: then there is nothing to say yet.
  const unread = board === null || (feed.state !== 'live' && isBlank(board))
  const waits =
    status === 'loading' || (unread && ['connecting', 'reconnecting'].includes(feed.state))
  const long = useTakesLong(waits)
  if (status === 'failed' && problem !== null) {
    return (
      <>
        <Note icon={SearchX} tone="warn" title={shell.failed.title} className="mb-4">
          <Words text={shell.failed.text} blanks={{ message: <Said of={problem} /> }} />
        </Note>
        <BoardSkeleton />
      </>
    )
  }
  if (unread) return waits && long ? <BoardSkeleton /> : null
  return (
    <Lists
      board={board}
      sort={sort}
      onSort={onSort}
      text={text}
      onText={setText}
      verdict={verdict}
      onVerdict={onVerdict}
    />
  )
}

function isBlank({ counts }: Board): boolean {
  return counts.requests === 0 && counts.nodes === 0
}

interface ListsProps extends BoardFilter {
  readonly board: Board
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly onText: (text: string) => void
  readonly onVerdict: (verdict: BoardFilter['verdict']) => void
}

function Lists({ board, sort, onSort, text, onText, verdict, onVerdict }: ListsProps) {
  const { alarm, board: words, times } = useMessages()
  const feed = useFeed()
  const off = useOff()
  const store = usePickedStore()
  const filter = useRef<HTMLInputElement>(null)
  const drained = feed.state !== 'live'
  const asOf = drained ? times.exactMoment(Date.parse(feed.lastHeardAt ?? '')) : null

  const [sortItems] = useState(createItemSorter)
  const sorted = useMemo(() => sortItems(board.waiting, sort), [board.waiting, sort, sortItems])
  const [held, setHeld] = useState<readonly BoardItem[] | null>(null)
  // Only rows that are held may stand elsewhere on the board.
  const around = held === null ? null : board
  const rows = useMemo(
    () =>
      around === null ? asTheyAre(sorted) : asHeld(holdOrder(sorted, held, elsewhere(around))),
    [sorted, held, around],
  )
  const shownAbove = useMemo(
    () => (held === null ? null : new Set(rows.all().map(({ item }) => item.key))),
    [held, rows],
  )
  const alarms = useMachineRows(board.alarms, shownAbove)
  const onTheirWay = useMachineRows(board.onTheirWay, shownAbove)
  const joined = useMachineRows(board.joined, shownAbove)

  // Thousands of keys that a patch need not list again: they are asked for by a key or a click.
  const tickable = useMemo(
    () => onDemand(() => rows.all().flatMap((row) => (canTick(row, off) ? [row.item.key] : []))),
    [rows, off],
  )
  const someTickable = useMemo(() => hasTickable(rows, off), [rows, off])
  const shownKeys = useMemo(
    () => onDemand(() => new Set(rows.all().map(({ item }) => item.key))),
    [rows],
  )
  const latestTickable = useRef(tickable)
  const latestRows = useRef(rows)
  useEffect(() => {
    latestTickable.current = tickable
    latestRows.current = rows
  })
  const onTick = useCallback(
    (key: string, range: boolean) =>
      store.change((picked) =>
        range ? selectRange(picked, latestTickable.current(), key) : toggleSelected(picked, key),
      ),
    [store],
  )

  const alarmList = useRef<ListHandle>(null)
  const waitingList = useRef<ListHandle>(null)
  const wayList = useRef<ListHandle>(null)
  const joinedList = useRef<ListHandle>(null)
  const otherList = useRef<ListHandle>(null)
  const sections = [
    [alarmList, alarms],
    [waitingList, rows],
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
      ...[alarms, rows, onTheirWay, joined].map((section) => ({
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

  const onPointed = useCallback(
    (pointed: boolean) =>
      setHeld(pointed ? latestRows.current.all().map(({ item }) => item) : null),
    [],
  )

  const nothingWaits = board.counts.waiting === 0 && rows.length === 0
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
          <SummaryStrip board={board} drained={drained} />
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
            title={words.sections.waiting}
            count={rows.length}
            {...(asOf === null || feed.lastHeardAt === null
              ? {}
              : { hint: words.sections.asOf(asOf) })}
            first
          />
          {rows.length > 0 ? (
            <MachineList
              handle={waitingList}
              label={words.sections.waitingTable}
              rows={rows}
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
            />
          )}
        </>
      )}
      <SelectionBar counts={board.counts} shown={shownKeys} />
      {onTheirWay.length > 0 && (
        <>
          <SectionHead
            title={words.sections.onTheirWay}
            count={onTheirWay.length}
            hint={words.sections.onTheirWayHint}
          />
          <MachineList
            handle={wayList}
            label={words.sections.onTheirWay}
            rows={onTheirWay}
            heads="onTheirWay"
            drained={drained}
            onTick={onTick}
          />
        </>
      )}
      {joined.length > 0 && (
        <>
          <SectionHead title={words.sections.joined} count={joined.length} />
          <MachineList
            handle={joinedList}
            label={words.sections.joined}
            rows={joined}
            heads="joined"
            drained={drained}
            onTick={onTick}
          />
        </>
      )}
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

/** Rows of a section that nobody holds; those that stay above for a moment are not shown twice. */
function useMachineRows(
  machines: readonly ListedMachine[],
  shownAbove: ReadonlySet<string> | null,
): Rows {
  return useMemo(() => {
    const shown =
      shownAbove === null ? machines : machines.filter(({ name }) => !shownAbove.has(name))
    return asTheyAre(shown.map(itemOf))
  }, [machines, shownAbove])
}

function itemOf(machine: ListedMachine): BoardItem {
  return { kind: 'machine', key: machine.name, machine }
}

/** A machine that waits no longer, where it stands now. */
function elsewhere({ alarms, onTheirWay, joined }: Board): (key: string) => BoardItem | null {
  const byName = onDemand(
    () => new Map([...alarms, ...onTheirWay, ...joined].map((machine) => [machine.name, machine])),
  )
  return (key) => {
    const machine = byName().get(key)
    return machine === undefined ? null : itemOf(machine)
  }
}

interface NoMatchProps {
  readonly filtered: boolean
  readonly onClear: () => void
}

function NoMatch({ filtered, onClear }: NoMatchProps) {
  const { board } = useMessages()
  const words = board.empty
  return (
    <Panel className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 py-4 text-fg-2">
      <Icon of={SearchX} className="text-fg-3" />
      <span className="flex-1">{filtered ? words.noMatch : words.title}</span>
      {filtered && (
        <Button size="small" onClick={onClear}>
          {words.clearFilter}
        </Button>
      )}
    </Panel>
  )
}
