import { useMemo } from 'react'
import {
  type BoardFilter,
  useBoardFilter,
  useBoardSort,
} from '#components/machines/board-filter.ts'
import {
  asListed,
  drawnBy,
  finder,
  type HeldRow,
  withGone,
} from '#components/machines/board-order.ts'
import type { Rows } from '#components/ui/row-list.ts'
import { type PagesOfRows, usePagesOfRows } from '#lib/query/pages-of-rows.ts'
import type {
  BoardCounts,
  BoardRow,
  BoardSection,
  MachineSort,
  MachinesCounts,
} from '#lib/wire/views.ts'
import type { Problem } from '#lib/wire/wire.ts'

export interface BoardRows {
  readonly lists: Readonly<Record<BoardSection, Rows<HeldRow>>>
  readonly sections: Readonly<Record<BoardSection, Pages>>
  /** Reason that the latest answer could not be read; null after one that could. */
  readonly problem: Problem | null
}

type Pages = PagesOfRows<BoardRow, MachinesCounts>

/**
 * Reads the board's sections. A row that leaves a section under the mouse keeps its place, so that
 * a click does not hit another row; its new section draws it once the mouse has left.
 */
export function useBoardRows(
  counts: BoardCounts,
  filter: BoardFilter,
  sort: MachineSort,
): BoardRows {
  const sections = useSections(counts, filter, sort)
  const { waiting, alarms, returning, stopped, onTheirWay, joined, others } = sections
  // In the order of the page.
  const all = useMemo(
    () => [alarms, returning, waiting, stopped, onTheirWay, joined, others],
    [alarms, returning, waiting, stopped, onTheirWay, joined, others],
  )
  const drawn = useMemo(() => drawnBy(all), [all])
  const lists = {
    alarms: useDrawn(alarms, all, drawn),
    returning: useDrawn(returning, all, drawn),
    waiting: useDrawn(waiting, all, drawn),
    stopped: useDrawn(stopped, all, drawn),
    onTheirWay: useDrawn(onTheirWay, all, drawn),
    joined: useDrawn(joined, all, drawn),
    others: useDrawn(others, all, drawn),
  }
  const problem = all.find((section) => section.problem !== null)?.problem ?? null
  return { lists, sections, problem }
}

/**
 * Reads the first rows together with the summary that lists the sections. True once the board can
 * be drawn with them.
 */
export function useFirstRows(isWanted: boolean): boolean {
  const [filter] = useBoardFilter()
  const [sort] = useBoardSort()
  const { counts, problem } = useSection('waiting', isWanted, filter, sort)
  return counts !== null || problem !== null
}

/**
 * Rows to draw; a new object only where a section's own rows change, or a row is kept in place or
 * listed twice.
 */
function useDrawn(
  pages: Pages,
  all: readonly Pages[],
  drawn: ReadonlyMap<string, Pages> | null,
): Rows<HeldRow> {
  const around = drawn === null ? null : all
  return useMemo(() => {
    if (around === null) return asListed(pages)
    if (pages.gone.size > 0) return withGone(pages, finder(around.filter((one) => one !== pages)))
    return asListed(pages, (key) => (drawn?.get(key) ?? pages) !== pages)
  }, [pages, around, drawn])
}

/** Reads only sections that have rows. */
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
  filter: BoardFilter,
  sort?: MachineSort,
): Pages {
  const query = { ...filter, section, ...(sort && { sort }) }
  return usePagesOfRows('machines', query, isWanted)
}
