import type { MachineObjectSummary } from '#lib/csr/machine/rows.ts'
import type { Alarm, Hold } from '#lib/csr/model.ts'
import { emptyLog } from '#lib/live/changes.ts'
import { unpackDictionary, unpackNumbers, unpackTexts, unpackUids } from '#lib/live/columns.ts'
import type { ListedMachine, ListedNode, ListedRequest } from '#lib/live/listed.ts'
import type { ListedSnapshot } from '#lib/live/listed-snapshot.ts'
import {
  ipv4Text,
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
import { type Own, type PackedReason, unpackReason } from '#lib/live/reasons.ts'
import { finish, type Steps } from '#lib/live/steps.ts'
import { type Candidate, type Times, unpackEchoes, unpackTimes } from '#lib/live/times.ts'

/** While a row is put together, before anybody else sees it. */
type Draft<Row> = { -readonly [Key in keyof Row]: Row[Key] }

/** Rows put together without a break. */
const ROWS_A_STEP = 1_000

/** What is known of a machine before its own columns are read. */
interface Part {
  readonly name: string
  readonly own: Own
  readonly first: number
  readonly requests: readonly Draft<ListedRequest>[]
  readonly node: ListedNode | null
  readonly machineObject: MachineObjectSummary | null
}

/**
 * Gives back the rows that were packed, less fingerprints and node uids, by key and ready for
 * patches. Null when the form is another build's: the page has to be loaded again.
 */
export function unpackSnapshot(packed: PackedSnapshot): ListedSnapshot | null {
  return finish(unpackInSteps(packed))
}

/** The same in pieces of a few milliseconds. */
export function* unpackInSteps(packed: PackedSnapshot): Steps<ListedSnapshot | null> {
  if (packed.form !== PACKED_FORM) return null
  const { names, counts, owners, objectNames } = unpackOwners(packed.machines)
  yield
  const { requests, createdAt, decidedAt } = yield* unpackRequests(packed.requests, owners)

  const beginnings: number[] = []
  const firsts: number[] = []
  let start = 0
  for (const count of counts) {
    firsts.push(start)
    start += count
    const oldest = start - 1
    beginnings.push(
      count === 0 ? 0 : ((decidedAt.seconds[oldest] || createdAt.seconds[oldest]) ?? 0),
    )
  }
  yield
  const nodes = unpackNodes(packed.machines, names, beginnings)
  yield
  const objects = unpackObjects(packed.machines, objectNames, beginnings)
  yield
  const parts = names.map((name, index): Part => {
    const first = firsts[index] ?? 0
    return {
      name,
      own: { name, object: objects[index]?.name ?? null },
      first,
      requests: requests.slice(first, first + (counts[index] ?? 0)),
      node: nodes[index] ?? null,
      machineObject: objects[index] ?? null,
    }
  })
  yield
  const { machines, deadline } = yield* unpackMachines(packed.machines, parts, createdAt)
  yield

  const deadlines = unpackTimes(packed.requests.deadline, (index) => {
    const owner = owners[index]
    return (
      (owner === undefined ? 0 : deadline.seconds[owner.index]) || createdAt.seconds[index] || 0
    )
  })
  for (const [index, request] of requests.entries())
    request.deadline = deadlines.texts[index] ?? null

  const { epoch, revision, serverTime, cluster, feed } = packed
  return {
    epoch,
    revision,
    serverTime,
    cluster,
    feed,
    machines: new Map(machines.map((machine) => [machine.name, machine])),
    others: new Map(requests.slice(owners.length).map((request) => [request.uid, request])),
    changes: emptyLog(),
  }
}

interface Owner {
  readonly index: number
  readonly own: Own
}

/** Whose each request is, with the names that its reason may hold. */
function unpackOwners(packed: PackedMachines) {
  const names = unpackTexts(packed.name)
  const counts = whole(packed.requests)
  const objectKinds = unpackDictionary<ObjectKind | null>(packed.objectKind)
  const present = unpackTexts(packed.objectName)
  let at = 0
  const objectNames = names.map((_, index) => (objectKinds[index] ? (present[at++] ?? null) : null))
  const owners: Owner[] = []
  for (const [index, name] of names.entries()) {
    const owner = { index, own: { name, object: objectNames[index] ?? null } }
    for (let count = counts[index] ?? 0; count > 0; count -= 1) owners.push(owner)
  }
  return { names, counts, owners, objectNames }
}

/** Without deadlines: those are measured from the machines', which need the requests first. */
function* unpackRequests(
  packed: PackedRequests,
  owners: readonly Owner[],
): Steps<{
  readonly requests: Draft<ListedRequest>[]
  readonly createdAt: Times
  readonly decidedAt: Times
}> {
  const uids = unpackUids(packed.uid)
  yield
  const names = unpackTexts(packed.name)
  const versions = unpackVersions(packed)
  yield
  const kinds = unpackDictionary<RequestKind>(packed.kind)
  const reasons = unpackDictionary<PackedReason | null>(packed.reason)
  const secondPersons = unpackDictionary<ListedRequest['secondPerson']>(packed.secondPerson)
  yield
  const createdAt = unpackTimes(packed.createdAt, (index, seconds) => seconds[index - 1] ?? 0)
  yield
  const decidedAt = unpackTimes(packed.decidedAt, (index) => createdAt.seconds[index] ?? 0)
  const notAfter = unpackTimes(
    packed.notAfter,
    (index) => (decidedAt.seconds[index] || createdAt.seconds[index]) ?? 0,
  )
  yield
  const requests: Draft<ListedRequest>[] = []
  for (const [index, kind] of kinds.entries()) {
    if (index % ROWS_A_STEP === 0) yield
    const own = owners[index]?.own ?? null
    const requestor = kind[6]
    const nodeName = kind[7]
    requests.push({
      uid: uids[index] ?? '',
      name: names[index] ?? '',
      resourceVersion: versions[index] ?? '',
      signerName: kind[0],
      requestor: requestor === true ? nodeUser(own?.name ?? '') : requestor,
      nodeName: nodeName === true ? (own?.name ?? null) : nodeName,
      createdAt: createdAt.texts[index] ?? '',
      expirationSeconds: kind[5],
      status: kind[1],
      verdict: kind[2],
      failing: kind[3],
      reason: unpackReason(reasons[index] ?? null, own),
      superseded: kind[4],
      unattended: kind[14],
      secondPerson: secondPersons[index] ?? null,
      deadline: null,
      decidedAt: decidedAt.texts[index] ?? null,
      decider: kind[8],
      decidedBy: kind[9],
      proposedBy: kind[10],
      decisionNote: kind[11],
      decisionTooLong: kind[12],
      failure: kind[13],
      notAfter: notAfter.texts[index] ?? null,
    })
  }
  return { requests, createdAt, decidedAt }
}

function unpackVersions(packed: PackedRequests): string[] {
  let last = 0
  const versions = whole(packed.resourceVersion).map((difference) => {
    last += difference
    return String(last)
  })
  for (const [index, version] of packed.opaqueVersion) versions[index] = version
  return versions
}

function* unpackMachines(
  packed: PackedMachines,
  parts: readonly Part[],
  createdAt: Times,
): Steps<{ readonly machines: ListedMachine[]; readonly deadline: Times }> {
  const kinds = unpackDictionary<MachineKind>(packed.kind)
  const reasons = unpackDictionary<PackedReason | number | null>(packed.reason)
  const holds = unpackDictionary<Hold | null>(packed.hold)
  const alarms = unpackDictionary<Alarm | null>(packed.alarm)
  const duplicates = whole(packed.duplicates)
  const timeAt =
    (time: (part: Part, which: number) => string | null | undefined): Candidate =>
    (index, which) => {
      const part = parts[index]
      return part === undefined ? undefined : time(part, which)
    }
  const stageSince = unpackEchoes(packed.stageSince, timeAt(machineTime))
  const firstPendingAt = unpackEchoes(packed.firstPendingAt, timeAt(requestTime))
  const servingNotAfter = unpackEchoes(packed.servingNotAfter, timeAt(requestTime))
  const joinedAt = unpackEchoes(packed.joinedAt, timeAt(machineTime))
  const newest = (index: number) => {
    const part = parts[index]
    return part === undefined || part.requests.length === 0
      ? 0
      : (createdAt.seconds[part.first] ?? 0)
  }
  yield
  const deadline = unpackTimes(packed.deadline, newest)
  const nextDuplicateAt = unpackTimes(packed.nextDuplicateAt, newest)
  yield
  const machines: ListedMachine[] = []
  for (const [index, part] of parts.entries()) {
    if (index % ROWS_A_STEP === 0) yield
    const kind = kinds[index]
    if (kind === undefined) continue
    const reason = reasons[index] ?? null
    machines.push({
      name: part.name,
      stage: kind[0],
      stageSince: stageSince[index] ?? null,
      verdict: kind[1],
      reason:
        typeof reason === 'number'
          ? (part.requests[reason]?.reason ?? null)
          : unpackReason(reason, part.own),
      next: kind[2],
      waiting: kind[3],
      waitingForSigner: kind[4],
      rebootstrapping: kind[5],
      firstPendingAt: firstPendingAt[index] ?? null,
      deadline: deadline.texts[index] ?? null,
      overdue: kind[6],
      nextDuplicateAt: nextDuplicateAt.texts[index] ?? null,
      duplicates: duplicates[index] ?? 0,
      requests: part.requests,
      node: part.node,
      machineObject: part.machineObject,
      execAndLogs: kind[7],
      servingNotAfter: servingNotAfter[index] ?? null,
      joinedAt: joinedAt[index] ?? null,
      hold: holds[index] ?? null,
      alarm: alarms[index] ?? null,
    })
  }
  return { machines, deadline }
}

/** One entry per machine, null without a Node. */
function unpackNodes(
  packed: PackedMachines,
  names: readonly string[],
  beginnings: readonly number[],
): (ListedNode | null)[] {
  const kinds = unpackDictionary<NodeKind | null>(packed.nodeKind)
  const bases = beginnings.filter((_, index) => kinds[index] !== null)
  const texts = unpackTexts(packed.nodeAddress)
  const ipv4 = whole(packed.nodeIpv4)
  const createdAt = unpackTimes(
    packed.nodeCreatedAt,
    (index, seconds) => bases[index] || (seconds[index - 1] ?? 0),
  )
  const readySince = unpackTimes(packed.nodeReadySince, (index) => createdAt.seconds[index] ?? 0)
  let nodeAt = -1
  let textAt = 0
  let ipv4At = 0
  let lastIpv4 = 0
  return kinds.map((kind, index) => {
    if (kind === null) return null
    nodeAt += 1
    const addresses = kind[5].map(([type, form]) => {
      if (form === 'own') return { type, address: names[index] ?? '' }
      if (form === 'text') return { type, address: texts[textAt++] ?? '' }
      lastIpv4 += ipv4[ipv4At++] ?? 0
      return { type, address: ipv4Text(lastIpv4) }
    })
    return {
      ready: kind[0],
      status: kind[1],
      roles: kind[2],
      version: kind[3],
      addresses,
      createdAt: createdAt.texts[nodeAt] ?? '',
      readySince: readySince.texts[nodeAt] ?? null,
      problem: kind[4],
    }
  })
}

/** One entry per machine, null without a Machine object. */
function unpackObjects(
  packed: PackedMachines,
  names: readonly (string | null)[],
  beginnings: readonly number[],
): (MachineObjectSummary | null)[] {
  const kinds = unpackDictionary<ObjectKind | null>(packed.objectKind)
  const bases = beginnings.filter((_, index) => kinds[index] !== null)
  const createdAt = unpackTimes(
    packed.objectCreatedAt,
    (index, seconds) => bases[index] || (seconds[index - 1] ?? 0),
  )
  let at = -1
  return kinds.map((kind, index) => {
    if (kind === null) return null
    at += 1
    const [apiGroup, namespace, phase, role] = kind
    return {
      apiGroup,
      namespace,
      name: names[index] ?? '',
      phase,
      role,
      createdAt: createdAt.texts[at] ?? '',
    }
  })
}

/** Numbers of which none is null. */
function whole(text: string): number[] {
  return unpackNumbers(text).map((value) => value ?? 0)
}
