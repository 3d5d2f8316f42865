import { isStopped } from '#lib/csr/machine/rows.ts'
import { isKubeletSigner } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import { searchable } from '#lib/query/search-words.ts'

/** A machine, or a kubelet signer's request that names no node and so stands for itself. */
export type BoardItem =
  | { readonly kind: 'machine'; readonly key: string; readonly machine: ListedMachine }
  | { readonly kind: 'request'; readonly key: string; readonly request: ListedRequest }

/** What a person filters by: whatever is not trusted is one group. */
export type VerdictGroup = 'verified' | 'plausible' | 'heldBack'

/** A row with what the board needs to know of it, worked out once and kept with it. */
export type Facts = BoardItem & {
  readonly place: Place
  /** What its section sorts by, in milliseconds; infinite where there is none. */
  readonly order: number
  readonly name: string
  readonly verdict: ListedMachine['verdict']
  readonly verdictGroup: VerdictGroup | null
  readonly pending: number
  /** Worked out at the first search, not at the first sight. */
  search: string | null
}

export type Place = 'waiting' | 'alarms' | 'stopped' | 'onTheirWay' | 'joined' | 'others' | 'none'

const machineFacts = new WeakMap<ListedMachine, Facts>()
const requestFacts = new WeakMap<ListedRequest, Facts>()

export function factsOfMachine(machine: ListedMachine): Facts {
  const known = machineFacts.get(machine)
  if (known !== undefined) return known
  const place = placeOf(machine)
  const facts: Facts = {
    kind: 'machine',
    key: machine.name,
    machine,
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

export function factsOfRequest(request: ListedRequest): Facts {
  const known = requestFacts.get(request)
  if (known !== undefined) return known
  const pending = isPending(request)
  const kubelet = isKubeletSigner(request.signerName)
  const facts: Facts = {
    kind: 'request',
    key: request.uid,
    request,
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
function placeOf(machine: ListedMachine): Place {
  if (machine.waiting) return 'waiting'
  if (machine.alarm !== null) return 'alarms'
  if (machine.stage === 'ready') return machine.joinedAt === null ? 'none' : 'joined'
  if (isStopped(machine.stage)) return 'stopped'
  return machine.requests.length > 0 ? 'onTheirWay' : 'none'
}

function orderOf(machine: ListedMachine, place: Place): number {
  if (place === 'waiting') return time(machine.deadline, Number.POSITIVE_INFINITY)
  if (place === 'joined') return time(machine.joinedAt, 0)
  // What is not known since when has only just become known.
  if (place === 'alarms') return time(machine.alarm?.since ?? null, Number.POSITIVE_INFINITY)
  return time(machine.stageSince, 0)
}

/** kubectl's CONDITION text begins with `Pending` while nothing was decided and nothing failed. */
export function isPending(request: Pick<ListedRequest, 'status'>): boolean {
  return request.status === 'Pending'
}

function groupOf(verdict: ListedMachine['verdict']): Facts['verdictGroup'] {
  if (isHeldBack(verdict)) return 'heldBack'
  return verdict
}

export function searchText(facts: Facts): string {
  facts.search ??= searchable(searchParts(facts))
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

/** No two rows are equal to it, so that their order is the same however they came. */
function compareNames(a: Facts, b: Facts): number {
  return compareTexts(a.name, b.name) || compareTexts(a.key, b.key)
}

/** What its signer failed needs somebody: asked for again, it fails again. */
export function failedFirst(a: Facts, b: Facts): number {
  return Number(hasFailed(b)) - Number(hasFailed(a)) || descending(a, b)
}

function hasFailed(facts: Facts): boolean {
  return facts.kind === 'machine' && facts.machine.stage === 'failed'
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function ascending(a: Facts, b: Facts): number {
  // Two infinities must not be subtracted: they are NaN apart.
  return a.order === b.order ? compareNames(a, b) : a.order < b.order ? -1 : 1
}

export function descending(a: Facts, b: Facts): number {
  return a.order === b.order ? compareNames(a, b) : a.order < b.order ? 1 : -1
}
