import type { Summary } from '#lib/live/views.ts'
import type { BoardEntry } from '#lib/server/views/board-entry.ts'
import { type BoardSections, JOINED_MS } from '#lib/server/views/board-sections.ts'
import { joinedMachine } from '#lib/server/views/list-rows.ts'
import type { Look } from '#lib/server/views/view-page.ts'

/** The part of a Summary that the rows tell. */
export type RowSummary = Pick<
  Summary,
  'counts' | 'offer' | 'nextDeadline' | 'lastJoined' | 'firstEnd' | 'validUntil'
>

const DAY_MS = 86_400_000
const LAST_JOINED = 3

export function summaryOf(board: BoardSections, { now }: Look): RowSummary {
  const waiting = board.section('waiting')
  const overdue = waiting.countBefore(({ order }) => order <= now)
  const next = waiting.at(overdue)
  const nextDeadline = next !== undefined && Number.isFinite(next.order) ? next : null
  const joined = board.joined(now)
  return {
    counts: {
      ...board.tallies,
      waiting: waiting.size,
      overdue,
      alarms: board.section('alarms').size,
      stopped: board.section('stopped').size,
      onTheirWay: board.section('onTheirWay').size,
      joined: joined.size,
      others: board.section('others').size,
    },
    offer: board.offer,
    nextDeadline:
      nextDeadline === null ? null : { name: nextDeadline.name, at: textOf(nextDeadline.order) },
    lastJoined: board
      .everJoined()
      .slice(0, LAST_JOINED)
      .map(({ machine }) => joinedMachine(machine)),
    firstEnd: firstEnd(board),
    validUntil: earliest([
      nextDeadline?.order,
      leavesAt(joined.slice(joined.size - 1, joined.size)[0]),
    ]),
  }
}

/** When a machine is no longer among those that joined in the last hour. */
function leavesAt(joined: BoardEntry | undefined): number | undefined {
  return joined === undefined ? undefined : joined.order + JOINED_MS
}

function firstEnd(board: BoardSections): Summary['firstEnd'] {
  const certificates = board.certificates()
  const first = certificates.at(0)
  if (first === undefined) return null
  const nodes = certificates.countBefore(({ endsAt }) => endsAt - first.endsAt < DAY_MS)
  return { at: textOf(first.endsAt), nodes }
}

function earliest(times: readonly (number | undefined)[]): string | null {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? null : textOf(Math.min(...known))
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
