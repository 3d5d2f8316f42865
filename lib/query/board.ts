import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import {
  type BoardItem,
  type Facts,
  factsOfMachine,
  searchText,
  type VerdictGroup,
} from '#lib/query/board-facts.ts'
import { countBefore } from '#lib/query/reordered.ts'
import { isShownAs } from '#lib/query/shown-verdict.ts'
import { type Standing, standingOf, type Tallies } from '#lib/query/standing.ts'

/** What the Machines page shows: six sections, and counts over everything, filtered or not. */
export interface Board {
  /** Overdue longest first, then least time left; those without a deadline last. */
  readonly waiting: readonly BoardItem[]
  /** A certificate is not what was approved, and nothing waits. Newest first, whatever the verdict. */
  readonly alarms: readonly ListedMachine[]
  /** Denied, or failed at the signer. What failed first, then newest first. */
  readonly stopped: readonly ListedMachine[]
  /** Approved: the signer or the kubelet has the next move. Newest step first. */
  readonly onTheirWay: readonly ListedMachine[]
  /** Joined in the last hour, newest first. */
  readonly joined: readonly ListedMachine[]
  /** Pending requests of other signers, oldest first. */
  readonly others: readonly ListedRequest[]
  readonly counts: BoardCounts
  /** The next deadline that has not passed. */
  readonly nextDeadline: { readonly name: string; readonly at: string } | null
  /** Until when (server milliseconds) this is still true if no row changes. */
  readonly validUntil: number
}

/** Over all rows, whatever the filter. */
export interface BoardCounts extends Tallies {
  readonly waiting: number
  readonly overdue: number
  readonly onTheirWay: number
  readonly joined: number
  readonly others: number
}

export interface BoardFilter {
  /** Found in the machine's name, role, addresses, Machine object or requests' names. */
  readonly text: string
  readonly verdict: 'all' | VerdictGroup | 'partlyJudged'
}

export const NO_FILTER: BoardFilter = { text: '', verdict: 'all' }

/** "Joined in the last hour". */
const JOINED_MS = 60 * 60_000

/** The board at `now` (server milliseconds). */
export function buildBoard(snapshot: ListedSnapshot, filter: BoardFilter, now: number): Board {
  return cutBoard(standingOf(snapshot), filter, now)
}

/** Costs no more than looking where `now` falls; filtered, a look at each row of the sections. */
function cutBoard(standing: Standing, filter: BoardFilter, now: number): Board {
  const { waiting, tallies } = standing
  const overdue = countBefore(waiting, ({ order }) => order <= now)
  const next = waiting[overdue]
  const nextDeadline = next !== undefined && Number.isFinite(next.order) ? next : null
  const joinedLately = countBefore(standing.joined, ({ order }) => now - order < JOINED_MS)
  const joined =
    joinedLately === standing.joined.length
      ? standing.joined
      : standing.joined.slice(0, joinedLately)
  const firstToLeave = joined.at(-1)
  const matches = matcher(filter)
  // An alarm is shown whatever its verdict.
  const hasText = matcher({ ...filter, verdict: 'all' })
  return {
    waiting: only(waiting, matches),
    alarms: machinesOf(only(standing.alarms, hasText)),
    stopped: machinesOf(only(standing.stopped, matches)),
    onTheirWay: machinesOf(only(standing.onTheirWay, matches)),
    joined: machinesOf(only(joined, matches)),
    others: requestsOf(only(standing.others, matches)),
    counts: {
      ...tallies,
      waiting: waiting.length,
      overdue,
      onTheirWay: standing.onTheirWay.length,
      joined: joined.length,
      others: standing.others.length,
    },
    nextDeadline:
      nextDeadline === null
        ? null
        : { name: nextDeadline.name, at: new Date(nextDeadline.order).toISOString() },
    validUntil: Math.min(
      nextDeadline?.order ?? Number.POSITIVE_INFINITY,
      firstToLeave === undefined ? Number.POSITIVE_INFINITY : firstToLeave.order + JOINED_MS,
    ),
  }
}

/** How many of the machines the filter does not show. */
export function countOutside(filter: BoardFilter, machines: readonly ListedMachine[]): number {
  const matches = matcher(filter)
  if (matches === null) return 0
  return machines.filter((machine) => !matches(factsOfMachine(machine))).length
}

/** Null where everything matches. */
function matcher({ text, verdict }: BoardFilter): ((facts: Facts) => boolean) | null {
  const wanted = text.trim().toLowerCase()
  if (wanted === '' && verdict === 'all') return null
  return (facts) =>
    (verdict === 'all' || isShownAs(verdict, facts.verdictGroup)) &&
    (wanted === '' || searchText(facts).includes(wanted))
}

function only(
  rows: readonly Facts[],
  matches: ((facts: Facts) => boolean) | null,
): readonly Facts[] {
  return matches === null ? rows : rows.filter(matches)
}

/**
 * A reader of the board that answers the same object while nothing of it has changed: neither rows
 * nor filter nor, as time passes, who is overdue and who joined in the last hour.
 */
export function createBoardReader(): (
  snapshot: ListedSnapshot,
  filter: BoardFilter,
  now: number,
) => Board {
  let last: {
    readonly standing: Standing
    readonly filter: BoardFilter
    readonly from: number
    readonly board: Board
  } | null = null
  return (snapshot, filter, now) => {
    const standing = standingOf(snapshot)
    const fresh =
      last?.standing === standing &&
      last.filter.text === filter.text &&
      last.filter.verdict === filter.verdict &&
      // A clock that was set back makes it old, too.
      now >= last.from &&
      now < last.board.validUntil
    if (last === null || !fresh) {
      const board = keepSections(cutBoard(standing, filter, now), last?.board ?? null)
      last = { standing, filter, from: now, board }
    }
    return last.board
  }
}

/** Sections without a change keep their identity, so that their lists do not render again. */
function keepSections(board: Board, before: Board | null): Board {
  if (before === null) return board
  return {
    ...board,
    waiting: keepIfSame(board.waiting, before.waiting),
    alarms: keepIfSame(board.alarms, before.alarms),
    stopped: keepIfSame(board.stopped, before.stopped),
    onTheirWay: keepIfSame(board.onTheirWay, before.onTheirWay),
    joined: keepIfSame(board.joined, before.joined),
    others: keepIfSame(board.others, before.others),
  }
}

/** The earlier list if it holds the very same rows. */
export function keepIfSame<Row>(rows: readonly Row[], before: readonly Row[]): readonly Row[] {
  if (before === rows) return before
  return before.length === rows.length && rows.every((row, index) => row === before[index])
    ? before
    : rows
}

const machineLists = new WeakMap<readonly Facts[], readonly ListedMachine[]>()
const requestLists = new WeakMap<readonly Facts[], readonly ListedRequest[]>()

function machinesOf(facts: readonly Facts[]): readonly ListedMachine[] {
  const known = machineLists.get(facts)
  if (known !== undefined) return known
  const machines = facts.flatMap((item) => (item.kind === 'machine' ? [item.machine] : []))
  machineLists.set(facts, machines)
  return machines
}

function requestsOf(facts: readonly Facts[]): readonly ListedRequest[] {
  const known = requestLists.get(facts)
  if (known !== undefined) return known
  const requests = facts.flatMap((item) => (item.kind === 'request' ? [item.request] : []))
  requestLists.set(facts, requests)
  return requests
}
