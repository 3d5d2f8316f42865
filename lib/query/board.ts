import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { ListedMachine, ListedRequest, ListedSnapshot } from '#lib/live/wire.ts'

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
export function buildBoard(snapshot: ListedSnapshot, filter: BoardFilter, now: number): Board {
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
    waiting: waiting.sort(ascending).map((facts) => facts.item),
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
      const board = keepSections(buildBoard(snapshot, filter, now), last?.board ?? null)
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

interface Facts {
  readonly item: BoardItem
  readonly place: 'waiting' | 'alarms' | 'onTheirWay' | 'joined' | 'others' | 'none'
  /** What its section sorts by, in milliseconds; infinite where there is none. */
  readonly order: number
  readonly name: string
  readonly verdict: ListedMachine['verdict']
  readonly verdictGroup: BoardFilter['verdict'] | null
  readonly pending: number
  /** Worked out at the first search, not at the first sight. */
  search: string | null
}

const machineFacts = new WeakMap<ListedMachine, Facts>()
const requestFacts = new WeakMap<ListedRequest, Facts>()

function factsOfMachine(machine: ListedMachine): Facts {
  const known = machineFacts.get(machine)
  if (known !== undefined) return known
  const place = placeOf(machine)
  const facts: Facts = {
    item: { kind: 'machine', key: machine.name, machine },
    place,
    order: orderOf(machine, place),
    name: machine.name,
    verdict: machine.verdict,
    verdictGroup: groupOf(machine.verdict),
    pending: machine.requests.filter(isPending).length,
    search: null,
  }
  machineFacts.set(machine, facts)
  return facts
}

function factsOfRequest(request: ListedRequest): Facts {
  const known = requestFacts.get(request)
  if (known !== undefined) return known
  const pending = isPending(request)
  const kubelet =
    request.signerName === KUBE_APISERVER_CLIENT_KUBELET || request.signerName === KUBELET_SERVING
  const facts: Facts = {
    item: { kind: 'request', key: request.uid, request },
    place: !pending ? 'none' : kubelet ? 'waiting' : 'others',
    order: kubelet ? time(request.deadline, Number.POSITIVE_INFINITY) : time(request.createdAt, 0),
    name: request.name,
    verdict: request.verdict,
    verdictGroup: groupOf(request.verdict),
    pending: pending ? 1 : 0,
    search: null,
  }
  requestFacts.set(request, facts)
  return facts
}

/**
 * Where a machine stands. A node that was there long before the listed requests, or without any, is
 * not on its way: the API server forgets decided requests an hour after the decision.
 */
function placeOf(machine: ListedMachine): Facts['place'] {
  if (machine.waiting) return 'waiting'
  if (machine.alarm !== null) return 'alarms'
  if (machine.stage === 'ready') return machine.joinedAt === null ? 'none' : 'joined'
  return machine.requests.length > 0 ? 'onTheirWay' : 'none'
}

function orderOf(machine: ListedMachine, place: Facts['place']): number {
  if (place === 'waiting') return time(machine.deadline, Number.POSITIVE_INFINITY)
  if (place === 'joined') return time(machine.joinedAt, 0)
  return time(machine.stageSince, 0)
}

/** kubectl's CONDITION text begins with `Pending` while nothing was decided and nothing failed. */
export function isPending(request: Pick<ListedRequest, 'status'>): boolean {
  return request.status === 'Pending'
}

function groupOf(verdict: ListedMachine['verdict']): Facts['verdictGroup'] {
  if (verdict === 'suspicious' || verdict === 'refused') return 'heldBack'
  return verdict
}

function searchText(facts: Facts): string {
  facts.search ??= searchParts(facts.item).join('\n').toLowerCase()
  return facts.search
}

function searchParts(item: BoardItem): readonly string[] {
  if (item.kind === 'request') {
    return [item.request.name, item.request.requestor, item.request.signerName]
  }
  const { machine } = item
  return [
    machine.name,
    ...(machine.node?.roles ?? []),
    ...(machine.node?.addresses ?? []).map(({ address }) => address),
    machine.machineObject?.name ?? '',
    machine.machineObject?.role ?? '',
    ...machine.requests.map(({ name }) => name),
  ]
}

function time(timestamp: string | null, missing: number): number {
  const ms = timestamp === null ? Number.NaN : Date.parse(timestamp)
  return Number.isNaN(ms) ? missing : ms
}

function compareNames(a: Facts, b: Facts): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function ascending(a: Facts, b: Facts): number {
  // Two infinities must not be subtracted: they are NaN apart.
  return a.order === b.order ? compareNames(a, b) : a.order < b.order ? -1 : 1
}

function descending(a: Facts, b: Facts): number {
  return a.order === b.order ? compareNames(a, b) : a.order < b.order ? 1 : -1
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
