import { KUBE_APISERVER_CLIENT_KUBELET, KUBELET_SERVING } from '#lib/csr/names.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/wire.ts'
import type { BoardFilter, BoardItem } from '#lib/query/board.ts'

/** What the board needs to know of a row, worked out once and kept with it. */
export interface Facts {
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
  /** The sorting that it was part of last. */
  sorting: number
}

const machineFacts = new WeakMap<ListedMachine, Facts>()
const requestFacts = new WeakMap<ListedRequest, Facts>()

export function factsOfMachine(machine: ListedMachine): Facts {
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
    sorting: 0,
  }
  machineFacts.set(machine, facts)
  return facts
}

export function factsOfRequest(request: ListedRequest): Facts {
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
    sorting: 0,
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

export function searchText(facts: Facts): string {
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

export function ascending(a: Facts, b: Facts): number {
  // Two infinities must not be subtracted: they are NaN apart.
  return a.order === b.order ? compareNames(a, b) : a.order < b.order ? -1 : 1
}

export function descending(a: Facts, b: Facts): number {
  return a.order === b.order ? compareNames(a, b) : a.order < b.order ? 1 : -1
}

let sortings = 0

/** Those that stood there before come in that order first: little is left to sort. */
export function sortWaiting(waiting: readonly Facts[], before: readonly BoardItem[]): BoardItem[] {
  sortings += 1
  const sorting = sortings
  for (const facts of waiting) facts.sorting = sorting
  const kept: Facts[] = []
  for (const item of before) {
    const facts =
      item.kind === 'machine' ? factsOfMachine(item.machine) : factsOfRequest(item.request)
    if (facts.sorting !== sorting) continue
    kept.push(facts)
    facts.sorting = 0
  }
  const fresh = waiting.filter((facts) => facts.sorting === sorting)
  return [...kept, ...fresh].sort(ascending).map((facts) => facts.item)
}
