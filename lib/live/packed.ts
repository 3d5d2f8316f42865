import type { NodeSummary } from '#lib/csr/machine/rows.ts'
import type { DictionaryColumn, TextColumn, UidColumn } from '#lib/live/columns.ts'
import type { ListedMachine, ListedRequest } from '#lib/live/listed.ts'
import { type EchoColumn, secondsOf, type TimeColumn } from '#lib/live/times.ts'
import type { Snapshot } from '#lib/live/wire.ts'

/**
 * A snapshot by columns instead of rows: what the browser fetches. 5,000 nodes with 10,000 requests
 * take under 400 KB gzipped instead of 1.5 MB and more; see docs/decisions/0002-packed-snapshot.md.
 * Rows lose their fingerprint, nodes their uid, and nothing else.
 */
export interface PackedSnapshot extends Omit<Snapshot, 'machines' | 'others'> {
  readonly form: typeof PACKED_FORM
  readonly machines: PackedMachines
  /** Those of the machines in their order, then those that stand under none. */
  readonly requests: PackedRequests
}

/** Changes with the form, so that a page of an older build fails at once and plainly. */
export const PACKED_FORM = 5

export interface PackedMachines {
  readonly name: TextColumn
  /** How many requests each machine has. */
  readonly requests: string
  /** Everything of few values, as one tuple: see `machineKind`. */
  readonly kind: DictionaryColumn
  readonly reason: DictionaryColumn
  readonly hold: DictionaryColumn
  readonly alarm: DictionaryColumn
  readonly duplicates: string
  readonly stageSince: EchoColumn
  readonly firstPendingAt: EchoColumn
  readonly deadline: TimeColumn
  readonly nextDuplicateAt: TimeColumn
  readonly servingNotAfter: EchoColumn
  readonly joinedAt: EchoColumn
  /** One entry per machine, null without a Node. */
  readonly nodeKind: DictionaryColumn
  readonly nodeAddress: TextColumn
  readonly nodeIpv4: string
  readonly nodeCreatedAt: TimeColumn
  readonly nodeReadySince: TimeColumn
  readonly objectKind: DictionaryColumn
  readonly objectName: TextColumn
  readonly objectCreatedAt: TimeColumn
}

export interface PackedRequests {
  readonly uid: UidColumn
  readonly name: TextColumn
  readonly resourceVersion: string
  /** Resource versions that are not plain numbers. */
  readonly opaqueVersion: readonly (readonly [number, string])[]
  readonly kind: DictionaryColumn
  readonly reason: DictionaryColumn
  readonly secondPerson: DictionaryColumn
  readonly createdAt: TimeColumn
  readonly deadline: TimeColumn
  readonly decidedAt: TimeColumn
  readonly notAfter: TimeColumn
}

/**
 * Where an address is kept: `own` means that it is the machine's name, `ipv4` that it is a number in
 * `nodeIpv4`, `text` that it is in `nodeAddress`.
 */
export type AddressForm = 'own' | 'ipv4' | 'text'

/** A Node's fields that take few values. */
export type NodeKind = readonly [
  ready: boolean,
  status: string,
  roles: NodeSummary['roles'],
  version: string,
  problem: string | null,
  addresses: readonly (readonly [type: string, form: AddressForm])[],
]

export type MachineKind = readonly [
  stage: ListedMachine['stage'],
  verdict: ListedMachine['verdict'],
  next: ListedMachine['next'],
  waiting: boolean,
  waitingForSigner: boolean,
  rebootstrapping: boolean,
  overdue: boolean,
  execAndLogs: ListedMachine['execAndLogs'],
]

export type ObjectKind = readonly [
  apiGroup: string,
  namespace: string,
  phase: string | null,
  role: string | null,
]

/** `true` stands for the machine's own identity and name. */
export type RequestKind = readonly [
  signerName: string,
  status: string,
  verdict: ListedRequest['verdict'],
  failing: ListedRequest['failing'],
  superseded: boolean,
  expirationSeconds: number | null,
  requestor: string | true,
  nodeName: string | true | null,
  decider: ListedRequest['decider'],
  decidedBy: string | null,
  proposedBy: string | null,
  decisionNote: string | null,
  decisionTooLong: boolean,
  failure: string | null,
  unattended: ListedRequest['unattended'],
]

/** Times of its requests, which a machine's own times usually repeat; undefined beyond the last. */
export function requestTime(
  { requests }: Pick<ListedMachine, 'requests'>,
  which: number,
): string | null | undefined {
  const request = requests[Math.floor(which / 3)]
  if (request === undefined) return undefined
  return [request.createdAt, request.decidedAt, request.notAfter][which % 3]
}

/** The same, after those of its Node and its Machine object. */
export function machineTime(
  machine: Pick<ListedMachine, 'requests' | 'node' | 'machineObject'>,
  which: number,
): string | null | undefined {
  if (which === 0) return machine.node?.createdAt ?? null
  if (which === 1) return machine.node?.readySince ?? null
  if (which === 2) return machine.machineObject?.createdAt ?? null
  return requestTime(machine, which - 3)
}

/** When the machine began, as far as its oldest request tells: its Node comes soon after. */
export function beginning(requests: readonly ListedRequest[]): number {
  const oldest = requests.at(-1)
  return secondsOf(oldest?.decidedAt) || secondsOf(oldest?.createdAt)
}

/** `10.1.2.3` as a number; null for anything else, other spellings included. */
export function ipv4Number(text: string): number | null {
  const bytes = text.length > 15 ? [] : text.split('.').map(Number)
  if (bytes.length !== 4 || !bytes.every((byte) => byte >= 0 && byte < 256)) return null
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const number = ((a * 256 + b) * 256 + c) * 256 + d
  return ipv4Text(number) === text ? number : null
}

export function ipv4Text(number: number): string {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.')
}

export function nodeUser(nodeName: string): string {
  return `system:node:${nodeName}`
}
