import type { Summary } from '#lib/live/views.ts'
import { type BoardSections, endOf, JOINED_MS } from '#lib/server/views/board-sections.ts'
import { joinedMachine } from '#lib/server/views/list-rows.ts'
import { countBefore } from '#lib/server/views/sorted-rows.ts'
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
  const overdue = countBefore(waiting, ({ order }) => order <= now)
  const next = waiting[overdue]
  const nextDeadline = next !== undefined && Number.isFinite(next.order) ? next : null
  const joined = board.joined(now)
  return {
    counts: {
      ...board.tallies,
      waiting: waiting.length,
      overdue,
      alarms: board.size('alarms'),
      stopped: board.size('stopped'),
      onTheirWay: board.size('onTheirWay'),
      joined: joined.length,
      others: board.size('others'),
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
      joined.length === 0 ? undefined : leavesAt(joined.at(-1)?.order ?? 0),
    ]),
  }
}

/** When a machine is no longer among those that joined in the last hour. */
function leavesAt(joinedAt: number): number {
  return joinedAt + JOINED_MS
}

function firstEnd(board: BoardSections): Summary['firstEnd'] {
  const certificates = board.certificates()
  const [first] = certificates
  if (first === undefined) return null
  const end = endOf(first)
  const nodes = countBefore(certificates, (entry) => endOf(entry) - end < DAY_MS)
  return { at: textOf(end), nodes }
}

function earliest(times: readonly (number | undefined)[]): string | null {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? null : textOf(Math.min(...known))
}

function textOf(ms: number): string {
  return new Date(ms).toISOString()
}
