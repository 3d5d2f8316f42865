import { ROLE_GROUPS } from '#lib/csr/machine/role-rank.ts'
import type { ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { type BoardEntry, groupFor } from '#lib/web/views/board/board-entry.ts'
import type { BoardSections } from '#lib/web/views/board/board-sections.ts'
import { machineListRow, requestListRow } from '#lib/web/views/rows/list-rows.ts'
import type { RowList } from '#lib/web/views/rows/sorted-rows.ts'
import { matching, type Page, pageOf, type ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Asked } from '#lib/web/views/rows/view-query.ts'
import type { BoardRow, MachineSection, ReturningRole, VerdictFilter } from '#lib/wire/views.ts'

/** One section of the board. */
export function machinesPage(
  board: BoardSections,
  asked: Asked<'machines'>,
  { now, viewer }: ViewContext,
): Page<'machines'> {
  const all = sectionOf(board, asked, now)
  // The text is one phrase: all or part of an address or a name.
  const phrase = asked.text.trim().toLowerCase()
  const entries = matching(all, phrase === '' ? [] : [phrase], testOf(asked, viewer))
  const counts = {
    all: all.size,
    ...(asked.section === 'returning' && { roles: rolesOf(entries.slice(0, entries.size)) }),
  }
  return pageOf(entries, asked, counts, (entry) => boardRow(entry, viewer))
}

/** Entries in the order of their rank. */
function rolesOf(entries: readonly BoardEntry[]): readonly ReturningRole[] {
  return ROLE_GROUPS.flatMap((role, rank) => {
    let [count, since] = [0, Number.POSITIVE_INFINITY]
    for (const entry of entries) {
      if (entry.kind !== 'machine' || entry.rank !== rank) continue
      count += 1
      since = Math.min(since, entry.silentSince)
    }
    const silentSince = Number.isFinite(since) ? new Date(since).toISOString() : null
    return count === 0 ? [] : [{ role, count, silentSince }]
  })
}

function sectionOf(
  board: BoardSections,
  { section, sort }: Asked<'machines'>,
  now: number,
): RowList<BoardEntry> {
  const { machines, sections, waitingByName, waitingByAge } = board.lists
  if (section === 'all') return machines
  if (section === 'joined') return board.joined(now)
  if (section === 'waiting' && sort === 'name') return waitingByName
  if (section === 'waiting' && sort === 'newest') return waitingByAge
  return sections[section]
}

/** Sections that show every row, whatever its verdict. */
const ANY_VERDICT: ReadonlySet<MachineSection> = new Set(['alarms', 'all'])

/** Null when every entry passes. */
function testOf({ section, verdict }: Asked<'machines'>, viewer: ViewerName) {
  const groups = ANY_VERDICT.has(section) ? null : GROUPS[verdict]
  return groups && ((entry: BoardEntry) => groups.includes(groupFor(entry, viewer)))
}

/** Groups that each filter shows; null for all. */
const GROUPS: Readonly<Record<VerdictFilter, readonly BoardEntry['group'][] | null>> = {
  all: null,
  verified: ['verified'],
  plausible: ['plausible'],
  heldBack: ['heldBack'],
  partlyJudged: ['verified', 'plausible'],
}

function boardRow(entry: BoardEntry, viewer: ViewerName): BoardRow {
  const { key } = entry
  switch (entry.kind) {
    case 'machine':
      return { kind: 'machine', key, machine: machineListRow(entry.machine, viewer) }
    case 'request':
      return { kind: 'request', key, request: requestListRow(entry.request, viewer) }
    case 'alarm':
      return { kind: 'alarm', key, alarm: entry.alarm }
  }
}
