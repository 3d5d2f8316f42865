import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import {
  type BoardFilter,
  useBoardFilter,
  useBoardSort,
} from '#components/machines/board-filter.ts'
import {
  asHeld,
  asListed,
  type HeldOrder,
  type HeldRow,
  orderOf,
} from '#components/machines/board-order.ts'
import { knownRows, type Rows } from '#components/ui/row-list.ts'
import type {
  BoardCounts,
  BoardRow,
  BoardSection,
  MachineSort,
  MachinesCounts,
  PageQuery,
  Problem,
} from '#lib/query/domain-types.ts'
import { type PagesOfRows, usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import { machinesQuery } from '#lib/query/queries.ts'
import { useLiveClient } from '#lib/query/tab-client.ts'

/** The sections of the board in the order of the page, as they are drawn. */
export const SECTIONS = [
  'alarms',
  'returning',
  'waiting',
  'stopped',
  'onTheirWay',
  'joined',
  'others',
] as const satisfies readonly BoardSection[]

export interface BoardRows {
  readonly lists: Readonly<Record<BoardSection, Rows<HeldRow>>>
  readonly sections: Readonly<Record<BoardSection, Pages>>
  /** A mouse has come over the waiting ones, or left them. */
  readonly onPointed: (pointed: boolean) => void
  /** Why the latest answer could not be read; null after one that could. */
  readonly problem: Problem | null
}

type Pages = PagesOfRows<BoardRow, MachinesCounts>

/** While a mouse is over the waiting rows they keep their places: nobody clicks on another one. */
export function useBoardRows(
  counts: BoardCounts,
  filter: BoardFilter,
  sort: MachineSort,
): BoardRows {
  const sections = useSections(counts, filter, sort)
  const { waiting, alarms, returning, stopped, onTheirWay, joined, others } = sections
  const [order, setOrder] = useState<HeldOrder | null>(null)
  const around = useMemo(
    () => (order === null ? [] : [alarms, returning, stopped, onTheirWay, joined]),
    [order, alarms, returning, stopped, onTheirWay, joined],
  )
  const shown = useMemo(
    () => (order === null ? asListed(waiting) : asHeld(waiting, order, finder(around))),
    [waiting, order, around],
  )
  const isAbove = useMemo(() => {
    if (order === null) return
    const keys = new Set(knownRows(shown).map(({ item }) => item.key))
    return (key: string) => keys.has(key)
  }, [order, shown])
  const lists = {
    alarms: useListed(alarms, isAbove),
    returning: useListed(returning, isAbove),
    waiting: shown,
    stopped: useListed(stopped, isAbove),
    onTheirWay: useListed(onTheirWay, isAbove),
    joined: useListed(joined, isAbove),
    others: useListed(others),
  }
  const latest = useRef(shown)
  useEffect(() => {
    latest.current = shown
  })
  const onPointed = useCallback(
    (pointed: boolean) => setOrder(pointed ? orderOf(latest.current) : null),
    [],
  )
  const problem = SECTIONS.map((section) => sections[section].problem).find((why) => why !== null)
  return { lists, sections, onPointed, problem: problem ?? null }
}

/** Asks for the first rows beside the summary that says which sections there are. */
export function useFirstRows(isWanted: boolean): void {
  const [filter] = useBoardFilter()
  const [sort] = useBoardSort()
  useSection('waiting', isWanted, filter, sort)
}

function useListed(pages: Pages, isAbove?: (key: string) => boolean): Rows<HeldRow> {
  return useMemo(() => asListed(pages, isAbove), [pages, isAbove])
}

/** Only sections that have a row are read. */
function useSections(counts: BoardCounts, filter: BoardFilter, sort: MachineSort) {
  const { waiting, returning } = counts
  return {
    alarms: useSection('alarms', counts.alarms > 0, filter),
    returning: useSection('returning', returning > 0, filter),
    waiting: useSection('waiting', waiting > returning, filter, sort),
    stopped: useSection('stopped', counts.stopped > 0, filter),
    onTheirWay: useSection('onTheirWay', counts.onTheirWay > 0, filter),
    joined: useSection('joined', counts.joined > 0, filter),
    others: useSection('others', counts.others > 0, filter),
  }
}

function useSection(
  section: BoardSection,
  isWanted: boolean,
  { text, verdict }: BoardFilter,
  sort?: MachineSort,
): Pages {
  const client = useLiveClient()
  const query = useCallback(
    (page: PageQuery) =>
      machinesQuery(client, { section, text, verdict, ...(sort && { sort }) }, page),
    [client, section, text, verdict, sort],
  )
  return usePagesOfRows(query, keyOf, isWanted)
}

const keyOf = ({ key }: BoardRow) => key

/** A machine that waits no longer, in the section where it is now. */
function finder(around: readonly Pages[]): (key: string) => BoardRow | null {
  let byKey: ReadonlyMap<string, BoardRow> | null = null
  return (key) => {
    byKey ??= new Map(around.flatMap(knownRows).map((row) => [row.key, row]))
    return byKey.get(key) ?? null
  }
}
