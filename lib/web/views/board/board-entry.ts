import { compareTexts } from '#lib/csr/compare-texts.ts'
import { type RoleRank, roleRank } from '#lib/csr/machine/role-rank.ts'
import type { Alarm } from '#lib/csr/model.ts'
import { isKubeletSigner, KUBE_APISERVER_CLIENT_KUBELET } from '#lib/csr/names.ts'
import { isHeldBack } from '#lib/csr/policy/trust.ts'
import { awaitedAmong, isPendingRow, nextRequestOf } from '#lib/csr/rows/next-request.ts'
import {
  type AlarmDetail,
  alarmKey,
  alarmRow,
  isStopped,
  type JudgedMachine,
  type JudgedRequest,
} from '#lib/csr/rows/rows.ts'
import { milliseconds } from '#lib/csr/time.ts'
import { isOwn, type ViewerName } from '#lib/csr/verdict/viewer-overlay.ts'
import { searchText } from '#lib/journal/search-text.ts'
import type { BoardSection } from '#lib/wire/views.ts'

/**
 * A machine, a request without a machine, or the alarm of one, with the keys that sections sort and
 * search by.
 */
export type BoardEntry =
  | MachineEntry
  | (Keys & {
      readonly kind: 'request'
      readonly request: JudgedRequest
    })
  | (Keys & {
      readonly kind: 'alarm'
      readonly alarm: Alarm
    })

export interface MachineEntry extends Keys {
  readonly kind: 'machine'
  readonly machine: JudgedMachine
  /** When the machine joined, and when its serving certificate ends; infinite where not known. */
  readonly joinedAt: number
  readonly endsAt: number
  readonly rank: RoleRank
  /**
   * Time since which the Node is not Ready, from the verdict's reason; infinite where the reason
   * has none.
   */
  readonly silentSince: number
}

interface Keys {
  /** The machine's name, the request's uid, or the alarm's `alarmKey`. */
  readonly key: string
  readonly name: string
  readonly place: BoardSection | 'none'
  /** Milliseconds by which the section sorts; infinite where there are none. */
  readonly order: number
  /** Time since which the entry waits, RFC 3339. */
  readonly startedAt: string
  readonly group: 'verified' | 'plausible' | 'heldBack' | null
  /** Signer of the next pending request, if it is a kubelet's. */
  readonly nextSigner: 'client' | 'serving' | null
  /** Requestors of requests with a sound verdict: for these viewers the entry is suspicious. */
  readonly askedBy: readonly string[]
  readonly pending: number
  readonly text: string
}

export function entryOfMachine(machine: JudgedMachine): MachineEntry {
  const place = placeOf(machine)
  const pending = machine.requests.filter(isPendingRow)
  const next = machine.waiting ? nextRequestOf(machine.next, pending) : null
  return {
    kind: 'machine',
    key: machine.name,
    name: machine.name,
    machine,
    place,
    order: orderOf(machine, place),
    startedAt: machine.firstPendingAt ?? '',
    ...groupOf(machine, machine.requests),
    pending: pending.length,
    joinedAt: milliseconds(machine.joinedAt) ?? Number.POSITIVE_INFINITY,
    endsAt: milliseconds(machine.servingNotAfter) ?? Number.POSITIVE_INFINITY,
    rank: roleRank(machine),
    silentSince: milliseconds(machine.reason?.values.since ?? null) ?? Number.POSITIVE_INFINITY,
    nextSigner: next === null ? null : signerOf(next),
    text: searchText([
      machine.name,
      ...(machine.node?.roles ?? []),
      ...(machine.node?.addresses ?? []).map(({ address }) => address),
      machine.machineObject?.name ?? '',
      machine.machineObject?.role ?? '',
      ...machine.requests.map(({ name }) => name),
    ]),
  }
}

export function entryOfRequest(request: JudgedRequest): BoardEntry {
  const pending = isPendingRow(request)
  const isKubelets = isKubeletSigner(request.signerName)
  return {
    kind: 'request',
    key: request.uid,
    name: request.name,
    request,
    place: !pending ? 'none' : isKubelets ? 'waiting' : 'others',
    order: isKubelets
      ? (milliseconds(request.deadline) ?? Number.POSITIVE_INFINITY)
      : (milliseconds(request.createdAt) ?? 0),
    startedAt: request.createdAt,
    ...groupOf(request, [request]),
    nextSigner: pending && isKubelets ? signerOf(request) : null,
    pending: pending ? 1 : 0,
    text: searchText([request.name, request.requestor, request.signerName]),
  }
}

/** The alarm of a request without a machine, which may be gone. */
export function entryOfAlarm(alarm: AlarmDetail): BoardEntry {
  return {
    kind: 'alarm',
    key: alarmKey(alarm),
    name: alarm.request,
    alarm: alarmRow(alarm),
    place: 'alarms',
    order: raisedAt(alarm),
    startedAt: '',
    group: null,
    nextSigner: null,
    askedBy: NOBODY,
    pending: 0,
    text: searchText([alarm.request]),
  }
}

/** Signer of a kubelet's request. */
function signerOf({ signerName }: Pick<JudgedRequest, 'signerName'>): 'client' | 'serving' {
  return signerName === KUBE_APISERVER_CLIENT_KUBELET ? 'client' : 'serving'
}

/** An alarm without a time was raised just now. */
function raisedAt(alarm: Alarm | null): number {
  return milliseconds(alarm?.since ?? null) ?? Number.POSITIVE_INFINITY
}

/**
 * A node that joined before the listed requests, or without any, is not on its way: the API server
 * deletes a decided request an hour after the decision.
 */
function placeOf(machine: JudgedMachine): BoardEntry['place'] {
  if (machine.waiting) return machine.rebootstrapping ? 'returning' : 'waiting'
  if (machine.alarm !== null) return 'alarms'
  if (machine.stage === 'ready') return machine.joinedAt === null ? 'none' : 'joined'
  if (isStopped(machine.stage)) return 'stopped'
  return machine.requests.length > 0 ? 'onTheirWay' : 'none'
}

function orderOf(machine: JudgedMachine, place: BoardEntry['place']): number {
  if (machine.waiting) return milliseconds(machine.deadline) ?? Number.POSITIVE_INFINITY
  if (place === 'joined') return milliseconds(machine.joinedAt) ?? 0
  if (place === 'alarms') return raisedAt(machine.alarm)
  return milliseconds(machine.stageSince) ?? 0
}

function groupOf(
  { verdict }: Pick<JudgedMachine, 'verdict'>,
  requests: readonly JudgedRequest[],
): Pick<Keys, 'group' | 'askedBy'> {
  if (isHeldBack(verdict) || verdict === null) {
    return { group: verdict === null ? null : 'heldBack', askedBy: NOBODY }
  }
  return { group: verdict, askedBy: awaitedAmong(requests).map(({ requestor }) => requestor) }
}

const NOBODY: readonly string[] = []

/** The entry's group for this viewer. */
export function groupFor({ group, askedBy }: BoardEntry, viewer: ViewerName): BoardEntry['group'] {
  return askedBy.some((requestor) => isOwn({ requestor }, viewer)) ? 'heldBack' : group
}

export function ascending(a: BoardEntry, b: BoardEntry): number {
  // Subtracting two infinities gives NaN.
  return a.order === b.order ? byName(a, b) : a.order < b.order ? -1 : 1
}

export function descending(a: BoardEntry, b: BoardEntry): number {
  return a.order === b.order ? byName(a, b) : a.order < b.order ? 1 : -1
}

/** Compares machines only, never requests without a machine. */
export function controlPlaneFirst(a: BoardEntry, b: BoardEntry): number {
  return rankOf(a) - rankOf(b) || ascending(a, b)
}

function rankOf(entry: BoardEntry): number {
  return entry.kind === 'machine' ? entry.rank : 0
}

/** A machine whose signer failed a request needs a person: its next request fails again. */
export function failedFirst(a: BoardEntry, b: BoardEntry): number {
  return Number(hasFailed(b)) - Number(hasFailed(a)) || descending(a, b)
}

/** No two entries are equal. */
export function byName(a: BoardEntry, b: BoardEntry): number {
  return compareTexts(a.name, b.name) || byKey(a, b)
}

/** The kind breaks the tie: a machine may be named like the uid of a request. */
function byKey(a: BoardEntry, b: BoardEntry): number {
  return compareTexts(a.key, b.key) || compareTexts(a.kind, b.kind)
}

/** RFC 3339 in UTC from one API server sorts as text. */
export function newestFirst(a: BoardEntry, b: BoardEntry): number {
  return compareTexts(b.startedAt, a.startedAt) || byKey(a, b)
}

function hasFailed(entry: BoardEntry): boolean {
  return entry.kind === 'machine' && entry.machine.stage === 'failed'
}
