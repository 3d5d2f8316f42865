import type { ListedMachine, ListedRequest, ListedSnapshot } from '#lib/live/wire.ts'
import {
  ascending,
  descending,
  type Facts,
  factsOfMachine,
  factsOfRequest,
  searchText,
  sortWaiting,
} from '#lib/query/board-facts.ts'

export { isPending } from '#lib/query/board-facts.ts'

/** What the Machines page shows: five sections, and counts over everything, filtered or not. */
export interface Board {
  /** Overdue longest first, then least time left; those without a deadline last. */
  readonly waiting: readonly BoardItem[]
  /** A certificate is not what was approved, and nothing waits. Newest first, whatever the verdict. */
  readonly alarms: readonly ListedMachine[]
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

/** A machine, or a kubelet signer's request that names no node and so stands for itself. */
export type BoardItem =
  | { readonly kind: 'machine'; readonly key: string; readonly machine: ListedMachine }
  | { readonly kind: 'request'; readonly key: string; readonly request: ListedRequest }

/** Over all rows, whatever the filter. */
export interface BoardCounts {
  readonly waiting: number
  readonly overdue: number
  readonly duplicates: number
  readonly verified: number
  readonly plausible: number
  /** Suspicious or refused: never part of a bulk. */
  readonly heldBack: number
  readonly onTheirWay: number
  readonly joined: number
  readonly others: number
  readonly pendingRequests: number
  readonly requests: number
  readonly nodes: number
  /** Nodes that are Ready but on which exec and logs do not work. */
  readonly withoutExecAndLogs: number
}

export interface BoardFilter {
  /** Found in the machine's name, role, addresses, Machine object or requests' names. */
  readonly text: string
  readonly verdict: 'all' | 'verified' | 'plausible' | 'heldBack'
}

export const NO_FILTER: BoardFilter = { text: '', verdict: 'all' }

/** "Joined in the last hour". */
const JOINED_MS = 60 * 60_000

/**
 * The board at `now` (server milliseconds). Facts of a row are worked out once per row and kept
 * with it, so that a changed row costs only itself; sorting is by numbers. 5,000 machines take a
 * few milliseconds (board.bench.ts).
 */
export function buildBoard(
  snapshot: ListedSnapshot,
  filter: BoardFilter,
  now: number,
  before: Board | null = null,
): Board {
  const counts = emptyCounts()
  const waiting: Facts[] = []
  const alarms: Facts[] = []
  const onTheirWay: Facts[] = []
  const joined: Facts[] = []
  const others: Facts[] = []
  const text = filter.text.trim().toLowerCase()
  let next: Facts | null = null
  let validUntil = Number.POSITIVE_INFINITY

  for (const machine of snapshot.machines.values()) {
    const facts = factsOfMachine(machine)
    counts.requests += machine.requests.length
    counts.pendingRequests += facts.pending
    if (machine.node !== null) {
      counts.nodes += 1
      if (machine.node.ready && machine.execAndLogs === 'unavailable')
        counts.withoutExecAndLogs += 1
    }
    if (facts.place === 'waiting') {
      counts.duplicates += machine.duplicates
      countWaiting(facts)
      if (matches(facts)) waiting.push(facts)
    } else if (facts.place === 'alarms') {
      if (hasText(facts)) alarms.push(facts)
    } else if (facts.place === 'joined') {
      if (now - facts.order >= JOINED_MS) continue
      counts.joined += 1
      validUntil = Math.min(validUntil, facts.order + JOINED_MS)
      if (matches(facts)) joined.push(facts)
    } else if (facts.place === 'onTheirWay') {
      counts.onTheirWay += 1
      if (matches(facts)) onTheirWay.push(facts)
    }
  }
  for (const request of snapshot.others.values()) {
    const facts = factsOfRequest(request)
    counts.requests += 1
    counts.pendingRequests += facts.pending
    if (facts.place === 'waiting') {
      countWaiting(facts)
      if (matches(facts)) waiting.push(facts)
    } else if (facts.place === 'others') {
      counts.others += 1
      if (matches(facts)) others.push(facts)
    }
  }

  function countWaiting(facts: Facts): void {
    counts.waiting += 1
    if (facts.verdict === 'verified') counts.verified += 1
    else if (facts.verdict === 'plausible') counts.plausible += 1
    else counts.heldBack += 1
    if (facts.order <= now) {
      counts.overdue += 1
    } else {
      if (Number.isFinite(facts.order)) validUntil = Math.min(validUntil, facts.order)
      if (Number.isFinite(facts.order) && (next === null || facts.order < next.order)) next = facts
    }
  }

  function matches(facts: Facts): boolean {
    if (filter.verdict !== 'all' && facts.verdictGroup !== filter.verdict) return false
    return hasText(facts)
  }

  function hasText(facts: Facts): boolean {
    return text === '' || searchText(facts).includes(text)
  }

  return {
    waiting: sortWaiting(waiting, before?.waiting ?? []),
    alarms: machinesOf(alarms.sort(descending)),
    onTheirWay: machinesOf(onTheirWay.sort(descending)),
    joined: machinesOf(joined.sort(descending)),
    others: requestsOf(others.sort(ascending)),
    counts,
    nextDeadline: deadlineOf(next),
    validUntil,
  }
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
    readonly snapshot: ListedSnapshot
    readonly filter: BoardFilter
    readonly from: number
    readonly board: Board
  } | null = null
  return (snapshot, filter, now) => {
    const fresh =
      last?.snapshot === snapshot &&
      last.filter.text === filter.text &&
      last.filter.verdict === filter.verdict &&
      // A clock that was set back makes it old, too.
      now >= last.from &&
      now < last.board.validUntil
    if (last === null || !fresh) {
      const board = keepSections(
        buildBoard(snapshot, filter, now, last?.board ?? null),
        last?.board ?? null,
      )
      last = { snapshot, filter, from: now, board }
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
    onTheirWay: keepIfSame(board.onTheirWay, before.onTheirWay),
    joined: keepIfSame(board.joined, before.joined),
    others: keepIfSame(board.others, before.others),
  }
}

/** The earlier list if it holds the very same rows. */
export function keepIfSame<Row>(rows: readonly Row[], before: readonly Row[]): readonly Row[] {
  return before.length === rows.length && rows.every((row, index) => row === before[index])
    ? before
    : rows
}

function machinesOf(facts: readonly Facts[]): ListedMachine[] {
  return facts.flatMap(({ item }) => (item.kind === 'machine' ? [item.machine] : []))
}

function requestsOf(facts: readonly Facts[]): ListedRequest[] {
  return facts.flatMap(({ item }) => (item.kind === 'request' ? [item.request] : []))
}

function deadlineOf(facts: Facts | null): Board['nextDeadline'] {
  return facts === null ? null : { name: facts.name, at: new Date(facts.order).toISOString() }
}

function emptyCounts(): { -readonly [Key in keyof BoardCounts]: number } {
  return {
    waiting: 0,
    overdue: 0,
    duplicates: 0,
    verified: 0,
    plausible: 0,
    heldBack: 0,
    onTheirWay: 0,
    joined: 0,
    others: 0,
    pendingRequests: 0,
    requests: 0,
    nodes: 0,
    withoutExecAndLogs: 0,
  }
}
