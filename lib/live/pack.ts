import type { MachineObjectSummary } from '#lib/csr/machine/rows.ts'
import { packDictionary, packNumbers, packTexts, packUids } from '#lib/live/columns.ts'
import { sameValue } from '#lib/live/diff.ts'
import type { ListedMachine, ListedNode, ListedRequest } from '#lib/live/listed.ts'
import {
  type AddressForm,
  beginning,
  ipv4Number,
  type MachineKind,
  machineTime,
  type NodeKind,
  nodeUser,
  type ObjectKind,
  PACKED_FORM,
  type PackedMachines,
  type PackedRequests,
  type PackedSnapshot,
  type RequestKind,
  requestTime,
} from '#lib/live/packed.ts'
import { type Own, packReason } from '#lib/live/reasons.ts'
import { finish, type Steps } from '#lib/live/steps.ts'
import { type Candidate, packEchoes, packTimes, secondsOf } from '#lib/live/times.ts'
import type { Snapshot } from '#lib/live/wire.ts'

/** A snapshot's rows, with or without fingerprints. */
export interface Listable extends Omit<Snapshot, 'machines' | 'others'> {
  readonly machines: Iterable<ListedMachine>
  readonly others: Iterable<ListedRequest>
}

export function packSnapshot(snapshot: Listable): PackedSnapshot {
  return finish(packInSteps(snapshot))
}

/** The same in pieces of a few milliseconds, for a server that has other things to do. */
export function* packInSteps(snapshot: Listable): Steps<PackedSnapshot> {
  // Taken at once: what is packed later must not have moved on.
  const { epoch, revision, serverTime, cluster, feed } = snapshot
  const rows = [...snapshot.machines]
  const owned = [
    ...rows.flatMap((machine) => machine.requests.map((request) => ({ machine, request }))),
    ...[...snapshot.others].map((request) => ({ machine: null, request })),
  ]
  const machines = yield* packMachines(rows)
  const requests = yield* packRequests(owned)
  return { form: PACKED_FORM, epoch, revision, serverTime, cluster, feed, machines, requests }
}

// ── Machines ─────────────────────────────────────────────────────────────────────────────────

function* packMachines(machines: readonly ListedMachine[]): Steps<PackedMachines> {
  const nodes = machines.flatMap(({ name, node, requests }) =>
    node === null ? [] : [{ owner: name, node, requests }],
  )
  const objects = machines.flatMap(({ machineObject, requests }) =>
    machineObject === null ? [] : [{ object: machineObject, requests }],
  )
  const addresses = nodes.flatMap(({ owner, node }) =>
    node.addresses.map(({ address }) => ({ address, form: formOf(address, owner) })),
  )
  const ipv4 = addresses.flatMap(({ address, form }) =>
    form === 'ipv4' ? [ipv4Number(address) ?? 0] : [],
  )
  const name = packTexts(machines.map(({ name }) => name))
  yield
  const requests = packNumbers(machines.map(({ requests }) => requests.length))
  yield
  const kind = packDictionary(machines.map(machineKind))
  yield
  const reason = packDictionary(machines.map(packMachineReason))
  yield
  const hold = packDictionary(machines.map(({ hold }) => hold))
  yield
  const alarm = packDictionary(machines.map(({ alarm }) => alarm))
  yield
  const duplicates = packNumbers(machines.map(({ duplicates }) => duplicates))
  yield
  const stageSince = packEchoes(
    machines.map(({ stageSince }) => stageSince),
    timeAt(machines, machineTime),
  )
  yield
  const firstPendingAt = packEchoes(
    machines.map(({ firstPendingAt }) => firstPendingAt),
    timeAt(machines, requestTime),
  )
  yield
  const deadline = packTimes(
    machines.map(({ deadline }) => deadline),
    (index) => secondsOf(machines[index]?.requests[0]?.createdAt),
  )
  yield
  const nextDuplicateAt = packTimes(
    machines.map(({ nextDuplicateAt }) => nextDuplicateAt),
    (index) => secondsOf(machines[index]?.requests[0]?.createdAt),
  )
  yield
  const servingNotAfter = packEchoes(
    machines.map(({ servingNotAfter }) => servingNotAfter),
    timeAt(machines, requestTime),
  )
  yield
  const joinedAt = packEchoes(
    machines.map(({ joinedAt }) => joinedAt),
    timeAt(machines, machineTime),
  )
  yield
  const nodeKind = packDictionary(
    machines.map(({ name, node }) => (node === null ? null : kindOfNode(node, name))),
  )
  yield
  const nodeAddress = packTexts(
    addresses.flatMap(({ address, form }) => (form === 'text' ? [address] : [])),
  )
  yield
  const nodeIpv4 = packNumbers(ipv4.map((value, index) => value - (ipv4[index - 1] ?? 0)))
  yield
  const nodeCreatedAt = packTimes(
    nodes.map(({ node }) => node.createdAt),
    (index) =>
      beginning(nodes[index]?.requests ?? []) || secondsOf(nodes[index - 1]?.node.createdAt),
  )
  yield
  const nodeReadySince = packTimes(
    nodes.map(({ node }) => node.readySince),
    (index) => secondsOf(nodes[index]?.node.createdAt),
  )
  yield
  const objectKind = packDictionary(
    machines.map(({ machineObject }) =>
      machineObject === null ? null : kindOfObject(machineObject),
    ),
  )
  yield
  const objectName = packTexts(objects.map(({ object }) => object.name))
  yield
  const objectCreatedAt = packTimes(
    objects.map(({ object }) => object.createdAt),
    (index) =>
      beginning(objects[index]?.requests ?? []) || secondsOf(objects[index - 1]?.object.createdAt),
  )
  yield
  return {
    name,
    requests,
    kind,
    reason,
    hold,
    alarm,
    duplicates,
    stageSince,
    firstPendingAt,
    deadline,
    nextDuplicateAt,
    servingNotAfter,
    joinedAt,
    nodeKind,
    nodeAddress,
    nodeIpv4,
    nodeCreatedAt,
    nodeReadySince,
    objectKind,
    objectName,
    objectCreatedAt,
  }
}

function timeAt(
  machines: readonly ListedMachine[],
  time: (machine: ListedMachine, which: number) => string | null | undefined,
): Candidate {
  return (index, which) => {
    const machine = machines[index]
    return machine === undefined ? undefined : time(machine, which)
  }
}

function machineKind(machine: ListedMachine): MachineKind {
  return [
    machine.stage,
    machine.verdict,
    machine.next,
    machine.waiting,
    machine.waitingForSigner,
    machine.rebootstrapping,
    machine.overdue,
    machine.execAndLogs,
  ]
}

function kindOfNode(node: ListedNode, owner: string): NodeKind {
  return [
    node.ready,
    node.status,
    node.roles,
    node.version,
    node.problem,
    node.addresses.map(({ type, address }) => [type, formOf(address, owner)] as const),
  ]
}

function formOf(address: string, owner: string): AddressForm {
  if (address === owner) return 'own'
  return ipv4Number(address) === null ? 'text' : 'ipv4'
}

function kindOfObject({ apiGroup, namespace, phase, role }: MachineObjectSummary): ObjectKind {
  return [apiGroup, namespace, phase, role]
}

/** Mostly that of one of its requests: then that request's place. */
function packMachineReason(machine: ListedMachine): unknown {
  const { reason, requests } = machine
  if (reason === null) return null
  const place = requests.findIndex((request) => sameValue(request.reason, reason))
  return place >= 0 ? place : packReason(reason, ownNames(machine))
}

function ownNames({ name, machineObject }: ListedMachine): Own {
  return { name, object: machineObject?.name ?? null }
}

// ── Requests ─────────────────────────────────────────────────────────────────────────────────

interface Owned {
  readonly machine: ListedMachine | null
  readonly request: ListedRequest
}

function* packRequests(rows: readonly Owned[]): Steps<PackedRequests> {
  const requests = rows.map(({ request }) => request)
  const versions = requests.map(({ resourceVersion }) => versionNumber(resourceVersion))
  const uid = packUids(requests.map(({ uid }) => uid))
  yield
  const name = packTexts(requests.map(({ name }) => name))
  yield
  const resourceVersion = packNumbers(
    versions.map((version, index) => (version ?? 0) - (versions[index - 1] ?? 0)),
  )
  yield
  const opaqueVersion = requests.flatMap(({ resourceVersion }, index) =>
    versions[index] === null ? [[index, resourceVersion] as const] : [],
  )
  yield
  const kind = packDictionary(rows.map(requestKind))
  yield
  const reason = packDictionary(
    rows.map(({ machine, request }) =>
      packReason(request.reason, machine === null ? null : ownNames(machine)),
    ),
  )
  yield
  const secondPerson = packDictionary(requests.map(({ secondPerson }) => secondPerson))
  yield
  const createdAt = packTimes(
    requests.map(({ createdAt }) => createdAt),
    (index) => secondsOf(requests[index - 1]?.createdAt),
  )
  yield
  const deadline = packTimes(
    requests.map(({ deadline }) => deadline),
    (index) => secondsOf(rows[index]?.machine?.deadline) || secondsOf(requests[index]?.createdAt),
  )
  yield
  const decidedAt = packTimes(
    requests.map(({ decidedAt }) => decidedAt),
    (index) => secondsOf(requests[index]?.createdAt),
  )
  yield
  const notAfter = packTimes(
    requests.map(({ notAfter }) => notAfter),
    (index) => secondsOf(requests[index]?.decidedAt) || secondsOf(requests[index]?.createdAt),
  )
  yield
  return {
    uid,
    name,
    resourceVersion,
    opaqueVersion,
    kind,
    reason,
    secondPerson,
    createdAt,
    deadline,
    decidedAt,
    notAfter,
  }
}

function requestKind({ machine, request }: Owned): RequestKind {
  const owner = machine?.name
  return [
    request.signerName,
    request.status,
    request.verdict,
    request.failing,
    request.superseded,
    request.expirationSeconds,
    owner !== undefined && request.requestor === nodeUser(owner) ? true : request.requestor,
    owner !== undefined && request.nodeName === owner ? true : request.nodeName,
    request.decider,
    request.decidedBy,
    request.proposedBy,
    request.decisionNote,
    request.decisionTooLong,
    request.failure,
    request.unattended,
  ]
}

/** Only a form: resource versions are opaque, they are compared and never ordered. */
function versionNumber(resourceVersion: string): number | null {
  const number = Number(resourceVersion)
  return Number.isSafeInteger(number) && number < 2 ** 48 && String(number) === resourceVersion
    ? number
    : null
}
