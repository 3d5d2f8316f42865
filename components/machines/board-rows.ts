import { useCallback, useMemo } from 'react'
import {
  type BoardFilter,
  useBoardFilter,
  useBoardSort,
} from '#components/machines/board-filter.ts'
import {
  asListed,
  finder,
  type HeldRow,
  listedTwice,
  withGone,
} from '#components/machines/board-order.ts'
import type { Rows } from '#components/ui/row-list.ts'
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
  /** Why the latest answer could not be read; null after one that could. */
  readonly problem: Problem | null
}

type Pages = PagesOfRows<BoardRow, MachinesCounts>

/**
 * A row that leaves a section while a mouse is over it keeps its place there: nobody clicks on
 * another one. Its new section draws it once the mouse has left.
 */
export function useBoardRows(
  counts: BoardCounts,
  filter: BoardFilter,
  sort: MachineSort,
): BoardRows {
  const sections = useSections(counts, filter, sort)
  const { waiting, alarms, returning, stopped, onTheirWay, joined, others } = sections
  const all = useMemo(
    () => [alarms, returning, waiting, stopped, onTheirWay, joined, others],
    [alarms, returning, waiting, stopped, onTheirWay, joined, others],
  )
  const twice = useMemo(() => listedTwice(all), [all])
  const lists = {
    alarms: useDrawn(alarms, all, twice),
    returning: useDrawn(returning, all, twice),
    waiting: useDrawn(waiting, all, twice),
    stopped: useDrawn(stopped, all, twice),
    onTheirWay: useDrawn(onTheirWay, all, twice),
    joined: useDrawn(joined, all, twice),
    others: useDrawn(others, all, twice),
  }
  const problem = SECTIONS.map((section) => sections[section].problem).find((why) => why !== null)
  return { lists, sections, problem: problem ?? null }
}

/**
 * Asks for the first rows beside the summary that says which sections there are. Answers whether
 * the board can be drawn with them.
 */
export function useFirstRows(isWanted: boolean): boolean {
  const [filter] = useBoardFilter()
  const [sort] = useBoardSort()
  const { counts, problem } = useSection('waiting', isWanted, filter, sort)
  return counts !== null || problem !== null
}

/** Drawn anew only where its own rows change, or another section keeps a row in its place. */
function useDrawn(
  pages: Pages,
  all: readonly Pages[],
  twice: ReadonlyMap<string, Rows<BoardRow>> | null,
): Rows<HeldRow> {
  const isHeld = all.some(({ gone }) => gone.size > 0)
  const around = isHeld || twice !== null ? all : null
  return useMemo(() => {
    if (around === null) return asListed(pages)
    if (pages.gone.size > 0) return withGone(pages, finder(around.filter((one) => one !== pages)))
    const kept = new Set(around.flatMap(({ gone }) => [...gone.values()].map(({ key }) => key)))
    return asListed(pages, (key) => kept.has(key) || (twice?.get(key) ?? pages) !== pages)
  }, [pages, around, twice])
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
