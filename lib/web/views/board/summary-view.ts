import { waitsForNodes } from '#lib/csr/machine/operator-waits.ts'
import type { ClusterOperator } from '#lib/csr/model.ts'
import { DAY_MS } from '#lib/csr/units-of-time.ts'
import { timestamp } from '#lib/kube/transport/clock.ts'
import { deadlinesOf } from '#lib/web/views/board/approvable-deadlines.ts'
import type { BoardEntry } from '#lib/web/views/board/board-entry.ts'
import { type BoardSections, JOINED_MS } from '#lib/web/views/board/board-sections.ts'
import { joinedMachine } from '#lib/web/views/rows/list-rows.ts'
import type { ViewContext } from '#lib/web/views/rows/view-page.ts'
import type { Summary, UnavailableOperators } from '#lib/wire/views.ts'

export function summaryOf(
  board: BoardSections,
  { now, viewer }: ViewContext,
): Pick<
  Summary,
  'counts' | 'offer' | 'deadlines' | 'returning' | 'lastJoined' | 'firstEnd' | 'validUntil'
> {
  const { tallies, offer } = board.countsFor(viewer)
  const waiting = board.waiting(now)
  const joined = board.joined(now)
  const { sections, byDeadline, everJoined } = board.lists
  return {
    counts: {
      ...tallies,
      waiting: waiting.count,
      returning: sections.returning.size,
      overdue: waiting.overdue,
      alarms: sections.alarms.size,
      stopped: sections.stopped.size,
      onTheirWay: sections.onTheirWay.size,
      joined: joined.size,
      others: sections.others.size,
    },
    offer,
    deadlines: {
      client: deadlinesOf(byDeadline.client, viewer, now),
      serving: deadlinesOf(byDeadline.serving, viewer, now),
    },
    returning: returningOf(board),
    lastJoined: everJoined.slice(0, 3).map(({ machine }) => joinedMachine(machine)),
    firstEnd: firstEnd(board),
    validUntil: earliest([
      Number.isFinite(waiting.next) ? waiting.next : undefined,
      leavesAt(joined.slice(joined.size - 1, joined.size)[0]),
    ]),
  }
}

/** Time at which a machine leaves "joined in the last hour". */
function leavesAt(joined: BoardEntry | undefined): number | undefined {
  return joined === undefined ? undefined : joined.order + JOINED_MS
}

function returningOf(board: BoardSections): Summary['returning'] {
  const silent = board.lists.bySilence
  const [first, last] = [silent.at(0), silent.at(silent.size - 1)]
  return {
    few: board.fewReturning().map(({ name }) => name),
    silent:
      first === undefined || last === undefined
        ? null
        : { first: timestamp(first.silentSince), last: timestamp(last.silentSince) },
  }
}

/** Unavailable operators, split by whether they wait for nodes that need an approval. */
export function unavailableOperators(
  board: BoardSections,
  operators: readonly ClusterOperator[],
): UnavailableOperators {
  const { waiting, returning } = board.lists.sections
  const nodes = {
    some: waiting.size + returning.size > 0,
    has: (name: string) => board.waits(name),
  }
  const unavailable = operators.filter(({ available }) => !available)
  const isWaiting = ({ message }: ClusterOperator) => waitsForNodes(message, nodes)
  return {
    waiting: unavailable.filter(isWaiting),
    also: unavailable.filter((operator) => !isWaiting(operator)),
  }
}

function firstEnd(board: BoardSections): Summary['firstEnd'] {
  const { certificates } = board.lists
  const first = certificates.at(0)
  if (first === undefined) return null
  const nodes = certificates.countBefore(({ endsAt }) => endsAt - first.endsAt < DAY_MS)
  return { at: timestamp(first.endsAt), nodes }
}

function earliest(times: readonly (number | undefined)[]): string | null {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? null : timestamp(Math.min(...known))
}
